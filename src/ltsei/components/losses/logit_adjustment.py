"""Logit-adjusted cross-entropy, with balanced softmax as its case tau = 1."""

import math

import numpy as np
from torch import Tensor, nn

from ltsei.components.losses._shared import Batch, LossValue, check_range, constant, negative_log_likelihood, widen
from ltsei.core.context import Context

CORRECTS_PRIOR = True


class LogitAdjustment(nn.Module):
    """Cross-entropy of logits raised by the log-prior while training; they stay plain in use.

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


def build(context: Context, *, tau: float = 1.0) -> LogitAdjustment:
    """Return the cross-entropy of z + tau log prior (Menon et al., ICLR 2021, eq. 10).

    With tau = 1 it is balanced softmax (Ren et al., NeurIPS 2020). The prior is that of the training
    counts, so it belongs to the instance-balanced sampler.
    Deviation: the authors' code adds 1e-12 to prior^tau; counts of at least 1 make that needless.

    Args:
        context: gives the class counts.
        tau: strength, >= 0; 0 is cross-entropy.
    """
    check_range(0, math.inf, tau=tau)
    counts = context.class_counts
    return LogitAdjustment(tau * np.log(counts / counts.sum()))
