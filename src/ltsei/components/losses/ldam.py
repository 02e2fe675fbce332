"""Label-distribution-aware margin loss."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le
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
from ltsei.core.errors import InputError
from ltsei.core.search import Search

REQUIRES = {"head": ["cosine", "experts"]}


class Ldam(nn.Module):
    """Cross-entropy after the margin of a signal's class is subtracted from its cosine.

    Attributes:
        margins: [C], in cosine units.
    """

    margins: Tensor

    def __init__(self, margins: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("margins", constant(margins), persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        if "scale" not in batch.extras:
            raise InputError("head: got experts that are not cosine, expected {name: experts, head: cosine}")
        margins = batch.extras["scale"] * self.margins[batch.labels]
        logits = subtract_from_target(batch.logits, batch.labels, margins)
        return LossValue(negative_log_likelihood(logits, batch.labels))


def build(
    context: Context,
    *,
    max_margin: Annotated[float, Ge(0), Le(2), Search(0.1, 1)] = 0.5,
    power: Annotated[float, Ge(0), Le(4)] = 0.25,
) -> Ldam:
    """Return LDAM: margins m_c ∝ n_c^(-power), the largest one `max_margin` (Cao et al., NeurIPS 2019, eq. 13).

    The scale s comes from the cosine head. LDAM-DRW is this loss with deferred `effective_number` class weights.

    Args:
        context: gives the class counts.
        max_margin: margin of the rarest class, in cosine units.
        power: growth of the margin with rarity; the paper derives 1/4, 0 is one margin for all.
    """
    return Ldam(rarity_margins(context.class_counts, max_margin, power))
