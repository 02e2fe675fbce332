"""LDAM's margins on the logits of a linear head."""

import math

import numpy as np
from torch import Tensor, nn

from ltsei.components.losses._shared import (
    Batch,
    LossValue,
    check_range,
    constant,
    negative_log_likelihood,
    rarity_margins,
    subtract_from_target,
)
from ltsei.core.context import Context
from ltsei.core.errors import InputError

REQUIRES = {"head": ["linear"]}


class LdamLinear(nn.Module):
    """Cross-entropy of scaled logits after the margin of a signal's class is taken off its own.

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


def build(context: Context, *, max_margin: float = 0.5, power: float = 0.25, scale: float = 1.0) -> LdamLinear:
    """Return the cross-entropy of s (z - m_y at y), z = Wf + b, with the margins of `ldam`.

    Deviation: LDAM (Cao et al., NeurIPS 2019) takes its margins off cosines times 30. The logits of a linear head have
    no bound, so the head can grow until the margins mean nothing; this form is here for comparison with experiments
    that used it. Prefer `ldam`.

    Args:
        context: gives the class counts.
        max_margin: margin of the rarest class, >= 0.
        power: growth of the margin with rarity, [0, 4].
        scale: s > 0.
    """
    check_range(0, math.inf, max_margin=max_margin)
    if not 0 < scale < math.inf:
        raise InputError(f"scale: out of range, got {scale}, allowed: > 0")
    return LdamLinear(rarity_margins(context.class_counts, max_margin, power), scale)
