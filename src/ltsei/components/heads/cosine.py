"""Cosine head."""

from typing import Annotated

import torch
from annotated_types import Gt
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.heads._shared import HeadOutput, directed_features, directions
from ltsei.core.context import Context
from ltsei.core.search import Search


class Cosine(nn.Module):
    """z_c = scale · cos(f, w_c).

    Attributes:
        weight: [C, D]; only its directions matter. Further features, the gate probabilities of a backbone, are ignored.
    """

    scale: Tensor

    def __init__(self, in_features: int, num_classes: int, scale: float) -> None:
        super().__init__()
        self.weight = directions(num_classes, in_features)
        self.register_buffer("scale", torch.tensor(float(scale)), persistent=False)

    def forward(self, features: Tensor) -> HeadOutput:
        """Return the logits, ``scale`` and ``weight``."""
        unit = functional.normalize(features[:, : self.weight.shape[1]], dim=1)
        cosines = functional.linear(unit, functional.normalize(self.weight, dim=1))
        return HeadOutput(self.scale * cosines, {"scale": self.scale, "weight": self.weight})


def build(context: Context, *, scale: Annotated[float, Gt(0), Search(8, 64, "log")] = 30.0) -> Cosine:
    """Return a head of scaled cosines, without bias (Wang et al., CVPR 2018; s as in Cao et al., NeurIPS 2019).

    Args:
        context: gives D and C.
        scale: s, the steepness of the softmax; with s = 1 and a hundred classes no p exceeds 0.07.
    """
    return Cosine(directed_features(context), context.num_classes, scale)
