"""Learnable weight scaling."""

import copy
from collections.abc import Callable
from typing import Annotated, Any, Literal, cast

import torch
from annotated_types import Gt
from torch import Tensor, nn

from ltsei.components.stage2_modes._shared import Prepared, like_stage1
from ltsei.core.context import Context
from ltsei.core.search import Search

REQUIRES = {"head": ["linear"]}


class ScaledLinear(nn.Module):
    """A linear head whose classes have learnable scales.

    Attributes:
        head: the linear head.
        strength: the scales, or their logarithms, [C].
    """

    head: Any

    def __init__(self, head: nn.Module, start: Tensor, exponential: bool, biases: tuple[int, ...] | None) -> None:
        """Scale the classes of `head`, but not its bias and the columns `biases` of its weight; None scales all."""
        super().__init__()
        self.head = head.requires_grad_(False)
        self.exponential, self.biases = exponential, biases
        self.strength = nn.Parameter(start.log() if exponential else start)

    @property
    def scales(self) -> Tensor:
        """The factor of each class, [C]."""
        return self.strength.exp() if self.exponential else self.strength

    def forward(self, features: Tensor) -> Any:
        """Return the head's output with scaled logits."""
        output = self.head(features)
        if self.biases is None:
            return output._replace(logits=self.scales * output.logits)
        columns = list(self.biases)
        offset = features[:, columns] @ self.head.weight[:, columns].T
        offset = offset if self.head.bias is None else offset + self.head.bias
        return output._replace(logits=self.scales * (output.logits - offset) + offset)


def build(
    context: Context,
    *,
    scale_bias: bool = True,
    param: Literal["linear", "exp"] = "linear",
    init_scale: Annotated[float, Gt(0)] = 1.0,
    classifier_lr_factor: Annotated[float, Gt(0), Search(0.05, 1, "log")] | None = None,
) -> Callable[[nn.Module, dict[str, Any]], Prepared]:
    """Return the mode LWS: z = s (Wf + b) with only the scales s trained (Kang et al., ICLR 2020, section 4).

    With `classifier_lr_factor`, W and b are trained further, too, as in the code of MiSLAS (Zhong et al., CVPR 2021).
    Deviation: the paper scales W and is silent on the bias; the authors' code scales both, as is the default here.

    Args:
        context: builds the head.
        scale_bias: whether s also scales b.
        param: ``linear``: s itself is the parameter; ``exp``: s = exp(theta), which cannot become negative.
        init_scale: s at the start of training.
        classifier_lr_factor: learning rate of W and b as a multiple of the recipe's, 0.2 in MiSLAS for CIFAR-100 at a
            ratio of 100; null: they stay as they are.
    """

    def prepare(stage1_head: nn.Module, head_spec: dict[str, Any]) -> Prepared:
        linear: Any = like_stage1(context, stage1_head, head_spec)
        start = torch.full((context.num_classes,), float(init_scale))
        head = ScaledLinear(linear, start, param == "exp", None if scale_bias else context.bias_columns)
        parameters = [head.strength]
        if classifier_lr_factor is not None:
            linear.lr_factor = classifier_lr_factor
            parameters += linear.parameters()
        return Prepared(head, parameters, lambda trained: (head_spec, _folded(trained)))

    return prepare


def _folded(trained: Any) -> nn.Module:
    """Return a plain linear head with the logits of a trained `ScaledLinear`."""
    head: Any = copy.deepcopy(trained.head).requires_grad_(True)
    with torch.no_grad():
        columns = torch.ones(head.weight.shape[1], dtype=torch.bool)
        columns[list(trained.biases or ())] = False
        head.weight[:, columns] *= trained.scales[:, None]
        if trained.biases is None and head.bias is not None:
            head.bias.mul_(trained.scales)
    return cast("nn.Module", head)
