"""Influence-balanced loss: signals that move the decision boundary most count less."""

from typing import Annotated

import torch
from annotated_types import Ge, Gt, Le
from torch import Tensor, nn

from ltsei.components.losses._shared import Batch, LossValue, negative_log_likelihood, widen
from ltsei.core.context import Context
from ltsei.core.search import Search


class InfluenceBalanced(nn.Module):
    """Cross-entropy first, then cross-entropy divided by the influence of the signal."""

    def __init__(self, alpha: float, start: float, epsilon: float, detach: bool) -> None:
        super().__init__()
        self.alpha, self.start, self.epsilon, self.detach = alpha, start, epsilon, detach

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        losses = negative_log_likelihood(batch.logits, batch.labels)
        if batch.progress < self.start:
            return LossValue(losses)
        influence = _influence(losses, batch.features)
        return LossValue(self.alpha * losses / ((influence.detach() if self.detach else influence) + self.epsilon))


def build(
    context: Context,
    *,
    alpha: Annotated[float, Gt(0), Search(1, 1000, "log")] = 1000.0,
    start: Annotated[float, Ge(0), Le(1), Search(0.2, 0.8)] = 0.5,
    epsilon: Annotated[float, Gt(0)] = 1.0e-3,
    detach: bool = False,
) -> InfluenceBalanced:
    """Return cross-entropy, from progress `start` on times alpha / (‖p - y‖₁ ‖f‖₁ + epsilon) (Park et al., ICCV 2021).

    p is the softmax, y the one-hot label, f the features. The paper's weights λ_c ∝ 1/n_c are class weights of the
    recipe: `inverse_frequency` with the schedule `deferred` of the same start, and ``reduction: batch_mean``.
    Deviation: the authors' code divides the learning rate by 100 when this loss begins; here `alpha` can be smaller.

    Args:
        context: not used.
        alpha: factor of the loss, so of the learning rate; that of the authors' code.
        start: fraction of the training with cross-entropy; the paper's is one half.
        epsilon: keeps the divisor above 0.
        detach: whether the divisor is a weight without gradient; in the authors' code the gradient flows through it.
    """
    return InfluenceBalanced(alpha, start, epsilon, detach)


def _influence(losses: Tensor, features: Tensor) -> Tensor:
    """Return ‖p - y‖₁ ‖f‖₁ = 2 (1 - p_y) ‖f‖₁ for -log p_y, [B]: the L1 norm of the gradient at a linear head."""
    return -2 * torch.expm1(-losses) * widen(features).abs().sum(1)
