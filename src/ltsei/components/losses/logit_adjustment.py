"""Logit-adjusted cross-entropy; with tau = 1 it is balanced softmax."""

from typing import Annotated

import numpy as np
from annotated_types import Ge
from torch import Tensor, nn

from ltsei.components.losses._shared import Batch, LossValue, constant, log_prior, negative_log_likelihood, widen
from ltsei.core.context import Context
from ltsei.core.search import Search

CORRECTS_PRIOR = True


class LogitAdjustment(nn.Module):
    """Cross-entropy of logits to which tau times the log-prior is added; at inference the logits stay as they are.

    Attributes:
        adjustment: tau log prior, [C].
    """

    adjustment: Tensor

    def __init__(self, adjustment: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("adjustment", constant(adjustment), persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        return LossValue(negative_log_likelihood(widen(batch.logits) + self.adjustment, batch.labels))


def build(context: Context, *, tau: Annotated[float, Ge(0), Search(0.25, 2)] = 1.0) -> LogitAdjustment:
    """Return the cross-entropy of z + tau log prior (Menon et al., ICLR 2021, eq. 10).

    With tau = 1 it is balanced softmax (Ren et al., NeurIPS 2020). The prior is that of the training
    counts, so it belongs to the instance-balanced sampler.
    Deviation: the authors' code adds 1e-12 to prior^tau; counts of at least 1 make that needless.

    Args:
        context: gives the class counts.
        tau: strength of the adjustment; 0 is cross-entropy.
    """
    return LogitAdjustment(tau * log_prior(context.class_counts))
