"""Pseudo-Label: the most probable class of an unlabelled signal is its label, with a weight that grows."""

from typing import Annotated

from annotated_types import Ge, Le
from torch import nn

from ltsei.components.losses._pseudo_labels import views_of, with_term
from ltsei.components.losses._shared import Batch, LossValue, negative_log_likelihood
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError
from ltsei.core.search import Search

UNLABELLED = True


class PseudoLabel(nn.Module):
    """ℓ + α(progress) · mean of H(argmax of the weak view, p of the strong view)."""

    def __init__(self, loss: nn.Module, weight: float, start: float, end: float) -> None:
        super().__init__()
        self.loss, self.weight, self.start, self.end = loss, weight, start, end

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each labelled signal and, in training, the term of the unlabelled ones."""
        value: LossValue = self.loss(batch)
        views = views_of(batch, self.training)
        if views is None:
            return value
        term = negative_log_likelihood(views.strong, views.weak.argmax(1)).mean()
        return with_term(value, self.ramp(batch.progress), term)

    def ramp(self, progress: float) -> float:
        """Return α: 0 before `start`, from there on linear, `weight` from `end` on."""
        if progress < self.start or progress >= self.end:
            return self.weight * (progress >= self.end)
        return self.weight * (progress - self.start) / (self.end - self.start)


def build(
    context: Context,
    *,
    loss: Annotated[Spec, "losses"] = "cross_entropy",
    weight: Annotated[float, Ge(0), Search(0.1, 10, "log")] = 3.0,
    start: Annotated[float, Ge(0), Le(1)] = 0.1,
    end: Annotated[float, Ge(0), Le(1)] = 0.6,
) -> PseudoLabel:
    """Return ℓ + α(t)/(μB) Σ H(argmax q, p) over μB unlabelled signals (Lee, ICML workshops 2013, eq. 15, 16).

    q belongs to the weak view, after `augmentations`, p to the strong one, after `strong_augmentations` as well; the
    paper has one view for both: without augmentations the two are the same. α(t) is `weight` · (t - T₁)/(T₂ - T₁), at
    least 0 and at most `weight`. The term appears in the history as ``train_unlabelled``.

    Deviation: T₁ = 100 and T₂ = 600 epochs of the paper are shares of the training here, in the same proportion.

    Args:
        context: that of the loss.
        loss: ℓ, of the labelled signals.
        weight: largest α.
        start: T₁, progress at which α begins to grow.
        end: T₂, progress from which on α is `weight`, at least `start`.
    """
    if start > end:
        raise InputError(f"start: got {start}, expected at most end = {end}")
    return PseudoLabel(context.build("losses", loss), weight, start, end)
