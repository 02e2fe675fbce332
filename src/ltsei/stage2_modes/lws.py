"""Learnable weight scaling."""

import copy
from collections.abc import Callable
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn

from ltsei.components import Context
from ltsei.stage2_modes._shared import Prepared, like_stage1

REQUIRES = {"head": ["linear"]}


class ScaledLinear(nn.Module):
    """A frozen linear head whose classes have learnable scales.

    Attributes:
        head: the linear head.
        strength: the scales, or their logarithms, [C].
    """

    head: Any

    def __init__(self, head: nn.Module, num_classes: int, scale_bias: bool, exponential: bool) -> None:
        super().__init__()
        self.head = head.requires_grad_(False)
        self.scale_bias, self.exponential = scale_bias, exponential
        self.strength = nn.Parameter(torch.zeros(num_classes) if exponential else torch.ones(num_classes))

    @property
    def scales(self) -> Tensor:
        """The factor of each class, [C]."""
        return self.strength.exp() if self.exponential else self.strength

    def forward(self, features: Tensor) -> Any:
        """Return the head's output with scaled logits."""
        output = self.head(features)
        offset = 0.0 if self.scale_bias or self.head.bias is None else self.head.bias
        return output._replace(logits=self.scales * (output.logits - offset) + offset)


def build(
    context: Context, *, scale_bias: bool = True, param: Literal["linear", "exp"] = "linear"
) -> Callable[[nn.Module, dict[str, Any]], Prepared]:
    """Return the mode LWS: z = s (Wf + b) with only s trained, from 1 (Kang et al., ICLR 2020, section 4).

    Deviation: the paper scales W and is silent on the bias; the authors' code scales both, as is the default here.

    Args:
        context: builds the head.
        scale_bias: whether s also scales b.
        param: s itself is the parameter, or s = exp(theta), which cannot become negative.
    """

    def prepare(stage1_head: nn.Module, head_spec: dict[str, Any]) -> Prepared:
        frozen = like_stage1(context, stage1_head, head_spec)
        head = ScaledLinear(frozen, context.num_classes, scale_bias, param == "exp")
        return Prepared(head, [head.strength], lambda trained: (head_spec, _folded(trained)))

    return prepare


def _folded(trained: Any) -> nn.Module:
    """Return a plain linear head with the logits of a trained `ScaledLinear`."""
    head: Any = copy.deepcopy(trained.head).requires_grad_(True)
    with torch.no_grad():
        head.weight.mul_(trained.scales[:, None])
        if trained.scale_bias and head.bias is not None:
            head.bias.mul_(trained.scales)
    return cast("nn.Module", head)
