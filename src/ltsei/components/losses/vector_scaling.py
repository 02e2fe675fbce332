"""Vector-scaling loss: logits scaled and shifted by class frequency."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le
from torch import Tensor, nn

from ltsei.components.losses._shared import Batch, LossValue, constant, log_prior, negative_log_likelihood, widen
from ltsei.core.context import Context
from ltsei.core.search import Search

CORRECTS_PRIOR = True


class VectorScaling(nn.Module):
    """Cross-entropy of a · z + b; at inference the logits stay as they are.

    Attributes:
        factors: a, in (0, 1], [C].
        offsets: b, [C].
    """

    factors: Tensor
    offsets: Tensor

    def __init__(self, factors: np.ndarray, offsets: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("factors", constant(factors), persistent=False)
        self.register_buffer("offsets", constant(offsets), persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        logits = widen(batch.logits) * self.factors + self.offsets
        return LossValue(negative_log_likelihood(logits, batch.labels))


def build(
    context: Context,
    *,
    gamma: Annotated[float, Ge(0), Le(4), Search(0, 0.5)] = 0.3,
    tau: Annotated[float, Ge(0), Search(0, 2)] = 1.0,
) -> VectorScaling:
    """Return the cross-entropy of z_c (n_c / n_max)^gamma + tau log prior_c (Kini et al., NeurIPS 2021, VS-loss).

    With tau = 0 it is the loss with class-dependent temperatures, CDT (Ye et al., 2020), with gamma = 0 it is
    `logit_adjustment`. The factors act late in training, when the signals are fitted, the offsets early. The defaults
    are those of the authors' code; the paper tunes both for each data set.

    Args:
        context: gives the class counts.
        gamma: how fast the factor falls with rarity; 0 leaves the logits as they are.
        tau: strength of the adjustment by the prior, as in `logit_adjustment`.
    """
    counts = context.class_counts
    return VectorScaling((counts / counts.max()) ** gamma, tau * log_prior(counts))
