"""Debiased pseudo-labels: FixMatch without the classes that the network predicts too often."""

from typing import Annotated

import torch
from annotated_types import Ge, Le, Lt
from torch import Tensor, nn

from ltsei.components.losses._pseudo_labels import confident_loss, views_of, with_term
from ltsei.components.losses._shared import Batch, LossValue, widen
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search

UNLABELLED = True
STATE = True
HARD_LABELS = "its mean prediction would be updated once for each label of a mixed signal"
SMALLEST = 1e-8
"""Keeps the logarithm finite of a class that is never predicted."""


class DebiasedPseudoLabel(nn.Module):
    """FixMatch on logits from which the mean prediction is removed, with its logarithm as margins.

    Attributes:
        mean: moving average of the predictions on unlabelled signals, [C].
    """

    mean: Tensor

    def __init__(
        self, loss: nn.Module, num_classes: int, threshold: float, weight: float, strength: float, momentum: float
    ) -> None:
        super().__init__()
        self.loss, self.threshold, self.weight = loss, threshold, weight
        self.strength, self.momentum = strength, momentum
        self.register_buffer("mean", torch.full((num_classes,), 1 / num_classes))

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each labelled signal and, in training, the term of the unlabelled ones."""
        value: LossValue = self.loss(batch)
        views = views_of(batch, self.training)
        if views is None:
            return value
        weak = widen(views.weak)
        debiased = (weak - self._bias()).softmax(1)
        self.mean.lerp_(weak.softmax(1).mean(0).to(self.mean), 1 - self.momentum)
        term = confident_loss(widen(views.strong) + self._bias(), debiased, self.threshold)
        return with_term(value, self.weight, term)

    def _bias(self) -> Tensor:
        """Return strength · log of the mean prediction, [C]."""
        return self.strength * self.mean.clamp_min(SMALLEST).log()


def build(
    context: Context,
    *,
    loss: Annotated[Spec, "losses"] = "cross_entropy",
    threshold: Annotated[float, Ge(0), Le(1), Search(0.5, 0.99)] = 0.95,
    weight: Annotated[float, Ge(0), Search(0.1, 10, "log")] = 1.0,
    strength: Annotated[float, Ge(0), Search(0.1, 1.5)] = 0.5,
    momentum: Annotated[float, Ge(0), Lt(1)] = 0.999,
) -> DebiasedPseudoLabel:
    """Return ℓ + λ/(μB) Σ 1[max q > τ] H(argmax q, softmax(z + s log m)), DebiasPL (Wang et al., CVPR 2022).

    q = softmax(v - s log m), v and z the logits of the weak and the strong view, as in `fixmatch`. m is a moving
    average of softmax(v) over the unlabelled signals: m ← momentum · m + (1 - momentum) · mean of the batch; at first
    it is uniform.
    So a class that is predicted often must be predicted with more confidence, and its signals need less of a margin
    over others. q is that of m before the step's update, the margins are those of m after it, as in the authors' code.
    Neither the prior of the labelled signals nor that of the unlabelled ones enters.

    Deviation: those of `fixmatch`; the authors' optional second loss (CLD) is left out.

    Args:
        context: gives the number of classes.
        loss: ℓ, of the labelled signals.
        threshold: τ; 1: no unlabelled signal counts.
        weight: λ of the unlabelled signals.
        strength: s, of the debiasing; 0 is FixMatch.
        momentum: of the moving average; trainings of some hundred steps need less than the authors' 0.999.
    """
    built = context.build("losses", loss)
    return DebiasedPseudoLabel(built, context.num_classes, threshold, weight, strength, momentum)
