"""Label-distribution-aware margin loss."""

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

REQUIRES = {"head": ["cosine"]}


class Ldam(nn.Module):
    """Cross-entropy after the margin of a signal's class is taken off its cosine.

    Attributes:
        margins: [C], in cosine units.
    """

    margins: Tensor

    def __init__(self, margins: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("margins", constant(margins), persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        margins = batch.extras["scale"] * self.margins[batch.labels]
        logits = subtract_from_target(batch.logits, batch.labels, margins)
        return LossValue(negative_log_likelihood(logits, batch.labels))


def build(context: Context, *, max_margin: float = 0.5, power: float = 0.25) -> Ldam:
    """Return LDAM: margins m_c ∝ n_c^(-power), the largest one `max_margin` (Cao et al., NeurIPS 2019, eq. 13).

    The scale s comes from the cosine head. LDAM-DRW is this loss with deferred `effective_number` class weights.

    Args:
        context: gives the class counts.
        max_margin: margin of the rarest class, in cosine units, [0, 2].
        power: growth of the margin with rarity, [0, 4]; the paper derives 1/4, 0 is one margin for all.
    """
    check_range(0, 2, max_margin=max_margin)
    return Ldam(rarity_margins(context.class_counts, max_margin, power))
