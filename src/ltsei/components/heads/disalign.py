"""Linear head with a learned correction of its scores, whose strength depends on the signal."""

from typing import Annotated

import torch
from annotated_types import Gt
from torch import Tensor, nn

from ltsei.components.heads._shared import HeadOutput, Linear, in_features
from ltsei.core.context import Context


class DisAlign(Linear):
    """z'_c = s (α_c z_c + β_c) + (1 - s) z_c, z = Wf + b, s = sigmoid(v f + v_0).

    Attributes:
        scale: α, [C].
        offset: β, [C].
        confidence: v and v_0, [B, D] -> [B, 1].
    """

    def __init__(self, in_features: int, num_classes: int, bias: bool, init_scale: float) -> None:
        super().__init__(in_features, num_classes, bias)
        self.scale = nn.Parameter(torch.full((num_classes,), float(init_scale)))
        self.offset = nn.Parameter(torch.zeros(num_classes))
        self.confidence = nn.Linear(in_features, 1)

    def forward(self, features: Tensor) -> HeadOutput:
        """Return the aligned logits."""
        logits = super().forward(features).logits
        share = self.confidence(features).sigmoid()
        return HeadOutput(logits + share * ((self.scale - 1) * logits + self.offset))


def build(context: Context, *, bias: bool = True, init_scale: Annotated[float, Gt(0)] = 1.0) -> DisAlign:
    """Return the head of DisAlign (Zhang et al., CVPR 2021), whose mode in stage 2 is `disalign`.

    It interpolates between the scores of a linear head and their alignment αz + β. Since s differs from signal to
    signal, no linear head has the same scores.

    Deviation: the paper derives this interpolation and prints (1 + sα) z + sβ; its code starts the latter at α = 1, so
    that training starts at a multiple of the linear head's scores. At α = 1 and β = 0, the start here, they are equal.

    Args:
        context: gives D and C.
        bias: whether each class has a bias b.
        init_scale: α at the start; at 1, v changes only after α and β have.
    """
    return DisAlign(in_features(context), context.num_classes, bias, init_scale)
