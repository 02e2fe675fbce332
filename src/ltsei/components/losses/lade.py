"""LADE: label distribution disentangling."""

import math
from typing import Annotated

import numpy as np
from annotated_types import Ge
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.losses._shared import Batch, LossValue, constant, log_prior, negative_log_likelihood, widen
from ltsei.core.context import Context
from ltsei.core.search import Search

CORRECTS_PRIOR = True
HARD_LABELS = "its regulariser compares the logits of a batch by their labels"


class Lade(nn.Module):
    """Balanced softmax, and a regulariser that makes the logits independent of the class prior.

    Attributes:
        log_prior: [C].
    """

    log_prior: Tensor

    def __init__(self, prior: np.ndarray, alpha: float, penalty: float) -> None:
        super().__init__()
        self.register_buffer("log_prior", constant(prior), persistent=False)
        self.alpha, self.penalty = alpha, penalty

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal and the regulariser times alpha, where alpha > 0."""
        logits = widen(batch.logits)
        losses = negative_log_likelihood(logits + self.log_prior, batch.labels)
        terms = {"lade": self.alpha * self.regulariser(logits, batch.labels)} if self.alpha > 0 else {}
        return LossValue(losses, terms)

    def regulariser(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return -Σ_c prior_c (m_c - g_c - penalty g_c²), []."""
        signals, classes = logits.shape
        own = functional.one_hot(labels, classes)
        means = (own * logits).sum(0) / own.sum(0).clamp_min(1)
        log_means = (logits - self.log_prior).logsumexp(0) - math.log(classes * signals)
        return -(self.log_prior.exp() * (means - log_means - self.penalty * log_means.square())).sum()


def build(
    context: Context,
    *,
    alpha: Annotated[float, Ge(0), Search(0.01, 1, "log")] = 0.1,
    penalty: Annotated[float, Ge(0), Search(0.01, 1, "log")] = 0.01,
) -> Lade:
    """Return the cross-entropy of z + log prior, plus alpha times a regulariser (Hong et al., CVPR 2021).

    The regulariser is -Σ_c π_c (m_c - g_c - penalty g_c²), a Donsker-Varadhan bound for each class c: m_c is the mean
    of z_c over the batch's signals of c, 0 where there are none, and g_c is the log of the mean of exp(z_c)/(C π_c)
    over all signals of the batch. The prior is that of the training counts, so it belongs to the instance-balanced
    sampler. The term appears in the history as ``train_lade``. Defaults are the authors' for CIFAR-100 at ratio 100.

    Args:
        context: gives the class counts.
        alpha: coefficient of the regulariser; 0 is balanced softmax.
        penalty: λ, coefficient of g², which keeps the estimate stable.
    """
    return Lade(log_prior(context.class_counts), alpha, penalty)
