"""What a loss receives and returns, and the steps that losses share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class UnlabelledViews:
    """Logits of two views of the unlabelled signals of a step, μB for B labelled ones.

    Attributes:
        weak: after the augmentations of labelled signals, without gradient, [μB, C].
        strong: of the same signals, augmented anew and then strongly, [μB, C].
    """

    weak: Tensor
    strong: Tensor


@dataclass(frozen=True)
class Batch:
    """One training batch as a loss sees it, on one device, float32.

    Attributes:
        logits: output of the head, [B, C].
        labels: int64 [B].
        features: input of the head, [B, D].
        extras: named tensors of the head: ``weight`` [C, D] of a linear or cosine head, ``scale`` [] of a cosine head,
            ``gate`` [B, E] of a mixture, and others.
        progress: epoch/(epochs - 1) in [0, 1].
        views: features of each view of the signals, augmented anew, [V, B, D], those of this batch first; None where
            the loss does not declare `VIEWS`, and in validation.
        view_logits: logits of each view, [V, B, C]; None where `views` is.
        partner: the second batch of the step, of equal size; None where the loss does not declare `PARTNER`, and in
            validation.
        teacher: logits of the recipe's teacher for the same signals without augmentation, [B, C]; None without a
            teacher, and in validation.
        unlabelled: views of the step's unlabelled signals; None where the loss does not declare `UNLABELLED`, and in
            validation.
    """

    logits: Tensor
    labels: Tensor
    features: Tensor
    extras: Mapping[str, Tensor] = field(default_factory=dict)
    progress: float = 1.0
    views: Tensor | None = None
    view_logits: Tensor | None = None
    partner: "Batch | None" = None
    teacher: Tensor | None = None
    unlabelled: UnlabelledViews | None = None


class LossValue(NamedTuple):
    """The loss of each signal [B], before class weights, and scalar terms that are added after the reduction."""

    per_sample: Tensor
    terms: Mapping[str, Tensor] = {}


def weighted_sum(values: Sequence[LossValue], weights: Sequence[float]) -> LossValue:
    """Return the sum of losses, each times its weight, over the losses of each signal and over terms of one name."""
    weighted = list(zip(weights, values, strict=True))
    terms: dict[str, Tensor] = {}
    for weight, value in weighted:
        for name, term in value.terms.items():
            terms[name] = terms.get(name, 0) + weight * term
    return LossValue(torch.stack([weight * value.per_sample for weight, value in weighted]).sum(0), terms)


def constant(values: np.ndarray) -> Tensor:
    """Return a constant of the loss as float32, for a buffer."""
    return torch.as_tensor(values, dtype=torch.float32)


class PerEpoch:
    """Values that change with the progress of the training only, as a tensor; computed once per epoch."""

    def __init__(self, values: Callable[[float], np.ndarray]) -> None:
        self.values = values
        self._current: tuple[float, Tensor] | None = None

    def __call__(self, progress: float, like: Tensor) -> Tensor:
        """Return the values at this progress, of the type and on the device of another tensor."""
        if self._current is None or self._current[0] != progress:
            self._current = progress, constant(self.values(progress)).to(like)
        return self._current[1]


def log_prior(class_counts: np.ndarray) -> np.ndarray:
    """Return log(n_c / Σn), float64 [C]."""
    return np.asarray(np.log(class_counts / class_counts.sum()))


def widen(logits: Tensor) -> Tensor:
    """Return the logits in at least float32: half-precision exponentials lose the gradient of rare classes."""
    return logits.to(torch.promote_types(logits.dtype, torch.float32))


def negative_log_likelihood(logits: Tensor, labels: Tensor) -> Tensor:
    """Return -log softmax(logits)[label] for each signal, [B]."""
    return functional.cross_entropy(widen(logits), labels, reduction="none")


def subtract_from_target(logits: Tensor, labels: Tensor, amounts: Tensor) -> Tensor:
    """Return the logits with `amounts` [B] subtracted from the logit of each signal's own class."""
    target = functional.one_hot(labels, logits.shape[1])
    return widen(logits) - amounts[:, None] * target


def rarity_margins(class_counts: np.ndarray, max_margin: float, power: float) -> np.ndarray:
    """Return margins m_c ∝ n_c^(-power), the largest one `max_margin`, float64 [C] (Cao et al., NeurIPS 2019)."""
    rarity = class_counts.astype(np.float64) ** -power
    return np.asarray(max_margin * rarity / rarity.max())


def focal_factor(likelihood_loss: Tensor, gamma: float) -> Tensor:
    """Return (1 - p)^gamma for -log p; the lower bound keeps the gradient finite where gamma < 1 and p = 1."""
    return (-torch.expm1(-likelihood_loss)).clamp_min(1e-8) ** gamma
