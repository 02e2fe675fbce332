"""Focal loss in its sigmoid form: one binary decision for each class."""

from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import nn
from torch.nn import functional

from ltsei.components.losses._shared import Batch, LossValue, focal_factor, widen
from ltsei.core.context import Context
from ltsei.core.search import Search


class FocalSigmoid(nn.Module):
    """Binary cross-entropy of every class, in which easy decisions count less."""

    def __init__(self, gamma: float, alpha: float | None) -> None:
        super().__init__()
        self.gamma = gamma
        self.factors = (1.0, 1.0) if alpha is None else (alpha, 1 - alpha)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        own = functional.one_hot(batch.labels, batch.logits.shape[1]).bool()
        logits = widen(batch.logits)
        cross_entropy = functional.softplus(torch.where(own, -logits, logits))
        weighted = torch.where(own, *self.factors) * focal_factor(cross_entropy, self.gamma) * cross_entropy
        return LossValue(weighted.sum(1))


def build(
    context: Context,
    *,
    gamma: Annotated[float, Ge(0), Search(0.5, 4)] = 2.0,
    alpha: Annotated[float, Ge(0), Le(1)] | None = None,
) -> FocalSigmoid:
    """Return -Σ_c alpha_c (1 - p_c)^gamma log p_c, p_c = σ(z_c) for c = y, 1 - σ(z_c) else (Lin et al., ICCV 2017).

    With `effective_number` class weights and the reduction ``batch_mean`` it is the class-balanced focal loss of Cui et
    al. (CVPR 2019), with gamma = 0 their class-balanced sigmoid loss; start the head with ``bias_init: one_vs_rest``.

    Args:
        context: not used.
        gamma: how fast easy decisions lose weight; 0 is the binary cross-entropy.
        alpha: weight of the signal's own class, every other class has 1 - alpha; null: all classes have 1.
    """
    return FocalSigmoid(gamma, alpha)
