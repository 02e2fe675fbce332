"""Softmax equalization loss: rare classes are ignored as rivals, most of the time."""

from typing import Annotated

import numpy as np
import torch
from annotated_types import Ge, Le
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.losses._shared import Batch, LossValue, constant, log_prior, negative_log_likelihood, widen
from ltsei.core.context import Context
from ltsei.core.search import Search

CORRECTS_PRIOR = True


class Equalization(nn.Module):
    """Cross-entropy of a softmax from whose denominator rare rivals are dropped at random.

    Attributes:
        rare: 1 for rare classes, 0 for others, [C].
    """

    rare: Tensor

    def __init__(self, rare: np.ndarray, gamma: float, generator: torch.Generator | None) -> None:
        super().__init__()
        self.register_buffer("rare", constant(rare), persistent=False)
        self.gamma, self.generator = gamma, generator

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal; in evaluation the weights of rivals are at their expectation."""
        logits = widen(batch.logits)
        rivals = 1 - functional.one_hot(batch.labels, logits.shape[1])
        weights = 1 - self._dropped(logits) * self.rare * rivals
        return LossValue(negative_log_likelihood(logits + weights.log(), batch.labels))

    def _dropped(self, logits: Tensor) -> Tensor | float:
        """Return β for each signal and class: 1 with probability gamma, else 0."""
        if not self.training:
            return self.gamma
        drawn = torch.rand(logits.shape, generator=self.generator, device=logits.device, dtype=logits.dtype)
        return (drawn < self.gamma).to(logits.dtype)


def build(
    context: Context,
    *,
    gamma: Annotated[float, Ge(0), Le(1), Search(0.5, 0.99)] = 0.9,
    threshold: Annotated[float, Ge(0), Le(1), Search(0.001, 0.05, "log")] = 0.005,
) -> Equalization:
    """Return the loss -log[exp z_y / Σ_j w_j exp z_j], w_j = 1 - β T(π_j) [j ≠ y] (Tan et al., CVPR 2020).

    This is the first version of the equalization loss, in its softmax form for classification (SEQL); the sigmoid form
    and version 2 are for detection. T is 1 for classes whose prior π lies below `threshold`, else 0; β is 1 with
    probability gamma, drawn anew for each signal and class. Defaults are those of Bag of Tricks (Zhang et al., AAAI
    2021) for CIFAR-100.

    Args:
        context: gives the class counts and the random numbers.
        gamma: probability with which a rare rival is dropped; 0 is cross-entropy.
        threshold: prior below which a class is rare; 0 is cross-entropy. With 0.005 of 6000 signals, classes of fewer
            than 30 are rare.
    """
    rare = np.exp(log_prior(context.class_counts)) < threshold
    return Equalization(rare, gamma, context.generator)
