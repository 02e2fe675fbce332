"""LDAM's margins on the logits of a linear head."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le
from torch import Tensor, nn

from ltsei.components.losses._shared import (
    Batch,
    LossValue,
    constant,
    negative_log_likelihood,
    rarity_margins,
    subtract_from_target,
)
from ltsei.core.context import Context
from ltsei.core.search import Search

REQUIRES = {"head": ["linear"]}


class LdamLinear(nn.Module):
    """Cross-entropy of scaled logits after the margin of a signal's class is subtracted from its own.

    Attributes:
        margins: [C], in units of the logits before `scale`.
    """

    margins: Tensor

    def __init__(self, margins: np.ndarray, scale: float) -> None:
        super().__init__()
        self.register_buffer("margins", constant(margins), persistent=False)
        self.scale = scale

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        logits = subtract_from_target(batch.logits, batch.labels, self.margins[batch.labels])
        return LossValue(negative_log_likelihood(self.scale * logits, batch.labels))


def build(
    context: Context,
    *,
    max_margin: Annotated[float, Ge(0), Search(0.1, 1)] = 0.5,
    power: Annotated[float, Ge(0), Le(4)] = 0.25,
    scale: Annotated[float, Gt(0)] = 1.0,
) -> LdamLinear:
    """Return the cross-entropy of s (z - m_y at y), z = Wf + b, with the margins of `ldam`.

    Deviation: LDAM (Cao et al., NeurIPS 2019) subtracts its margins from cosines and multiplies by 30. The logits of a
    linear head have no bound, so the head can grow until the margins mean nothing; this form is here for comparison
    with experiments that used it. Prefer `ldam`.

    Args:
        context: gives the class counts.
        max_margin: margin of the rarest class, in units of the logits.
        power: growth of the margin with rarity, as in `ldam`.
        scale: s, the steepness of the softmax.
    """
    return LdamLinear(rarity_margins(context.class_counts, max_margin, power), scale)
