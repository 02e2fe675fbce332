"""FixMatch: confident predictions on unlabelled signals are their labels under strong augmentation."""

from typing import Annotated

from annotated_types import Ge, Le
from torch import nn

from ltsei.components.losses._pseudo_labels import confident_loss, views_of, with_term
from ltsei.components.losses._shared import Batch, LossValue, widen
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search

UNLABELLED = True


class FixMatch(nn.Module):
    """ℓ + weight · mean of 1[max q > threshold] H(argmax q, p), q and p of the weak and the strong view."""

    def __init__(self, loss: nn.Module, threshold: float, weight: float) -> None:
        super().__init__()
        self.loss, self.threshold, self.weight = loss, threshold, weight

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each labelled signal and, in training, the term of the unlabelled ones."""
        value: LossValue = self.loss(batch)
        views = views_of(batch, self.training)
        if views is None:
            return value
        term = confident_loss(views.strong, widen(views.weak).softmax(1), self.threshold)
        return with_term(value, self.weight, term)


def build(
    context: Context,
    *,
    loss: Annotated[Spec, "losses"] = "cross_entropy",
    threshold: Annotated[float, Ge(0), Le(1), Search(0.5, 0.99)] = 0.95,
    weight: Annotated[float, Ge(0), Search(0.1, 10, "log")] = 1.0,
) -> FixMatch:
    """Return ℓ + λ/(μB) Σ 1[max q > τ] H(argmax q, p) over μB unlabelled signals (Sohn et al., NeurIPS 2020, eq. 4).

    q is the softmax of the weak view, after `augmentations` and without gradient; p that of the strong view, after
    `strong_augmentations` as well. μ is the recipe's `unlabelled_ratio`, 7 in the paper. Class weights and sampler act
    on labelled signals alone. The term appears in the history as ``train_unlabelled``.

    Deviation: the views are two passes through the network, not one with the labelled signals; each has its own batch
    statistics, and all count for the running ones.
    Deviation: the paper evaluates a moving average of the weights, here they are those of the recipe's `select`.

    Args:
        context: that of the loss.
        loss: ℓ, of the labelled signals (eq. 3: cross-entropy).
        threshold: τ; 1: no unlabelled signal counts.
        weight: λ of the unlabelled signals.
    """
    return FixMatch(context.build("losses", loss), threshold, weight)
