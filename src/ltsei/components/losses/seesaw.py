"""Seesaw loss: rare rivals are pushed down less, unless they are mistaken for the class."""

from typing import Annotated

import torch
from annotated_types import Ge, Gt, Le
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.losses._shared import Batch, LossValue, negative_log_likelihood, widen
from ltsei.core.context import Context
from ltsei.core.search import Search

CORRECTS_PRIOR = True
STATE = True
HARD_LABELS = "it counts the labels of the batches"


class Seesaw(nn.Module):
    """Cross-entropy in which each rival has a factor of its own in the denominator of the softmax.

    Attributes:
        counts: signals of each class in all training batches so far, int64 [C].
    """

    counts: Tensor

    def __init__(self, num_classes: int, p: float, q: float, least_probability: float) -> None:
        super().__init__()
        self.register_buffer("counts", torch.zeros(num_classes, dtype=torch.int64))
        self.p, self.q, self.least_probability = p, q, least_probability

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal; in training, count its label first."""
        logits, own = widen(batch.logits), functional.one_hot(batch.labels, batch.logits.shape[1])
        if self.training:
            self.counts += own.sum(0)
        factors = (self._mitigation(batch.labels) + self._compensation(logits.detach(), batch.labels)).to(logits)
        return LossValue(negative_log_likelihood(logits + factors * (1 - own), batch.labels))

    def _mitigation(self, labels: Tensor) -> Tensor:
        """Return log M, [B, C]: p log(N_j / N_y) for rivals j that are rarer, else 0."""
        log_counts = self.counts.clamp_min(1).double().log()
        return self.p * (log_counts - log_counts[labels][:, None]).clamp_max(0)

    def _compensation(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return log C, [B, C]: q log(p_j / p_y) for rivals j that are more probable, else 0."""
        probabilities = logits.softmax(1)
        own = probabilities.gather(1, labels[:, None]).clamp_min(self.least_probability)
        return self.q * (probabilities / own).clamp_min(1).log()


def build(
    context: Context,
    *,
    p: Annotated[float, Ge(0), Search(0.2, 1.5)] = 0.8,
    q: Annotated[float, Ge(0), Search(0, 3)] = 2.0,
    least_probability: Annotated[float, Gt(0), Le(1)] = 0.01,
) -> Seesaw:
    """Return the loss -log[exp z_y / (exp z_y + Σ_{j≠y} M_yj C_yj exp z_j)] (Wang et al., CVPR 2021).

    The mitigation factor M_yj = min(1, N_j/N_y)^p spares rarer rivals, with N the signals of each class seen so far.
    The compensation factor C_yj = max(1, p_j/p_y)^q pushes down rivals that are more probable than the class itself; no
    gradient flows through it. With p = q = 0 it is cross-entropy.
    Deviation: as in the authors' code, p_y in the compensation factor is at least `least_probability`.

    Args:
        context: gives C.
        p: exponent of the mitigation factor.
        q: exponent of the compensation factor.
        least_probability: limits the compensation factor to least_probability^(-q).
    """
    return Seesaw(context.num_classes, p, q, least_probability)
