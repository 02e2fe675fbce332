"""Scores of logits on validation data, by which epochs and parameters are chosen."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from ltsei.core.annotations import Criterion
from ltsei.core.errors import InputError
from ltsei.numerics.confusion import balanced_accuracy, macro_f1
from ltsei.numerics.softmax import log_softmax

SHRINKAGE = 1.0
"""k of `balanced_loss`: validation signals at which a class counts half as much as one with any number of them."""


def log_loss(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean of -log softmax(z)_y over the signals; logits [N, C], labels int64 [N]."""
    return float(_losses(logits, labels).mean())


def balanced_loss(logits: np.ndarray, labels: np.ndarray, shrinkage: float = SHRINKAGE) -> float:
    """Return the log-loss under a uniform class prior, estimated from few signals per class.

    It is Σ λ_c m_c / Σ λ_c over classes with n_c signals and mean log-loss m_c, where λ_c = n_c / (n_c + k). Where the
    class means have variance ω² and signals σ² = k ω², m_c has variance ω² / λ_c, so this is the precision-weighted
    grand mean. It is also the uniform mean over all classes after each m_c is shrunk towards it by λ_c: classes without
    signals take the grand mean, and Σ_c [λ_c m_c + (1 - λ_c) m] / C = m.

    Args:
        logits: [N, C]; for a uniform prior, so those of a classifier trained on another one score worse than adjusted.
        labels: int64 [N], at least one.
        shrinkage: k; 0 is the plain mean over the classes with signals, infinity the mean over signals.
    """
    return float(np.average(_losses(logits, labels), weights=signal_weights(labels, shrinkage)))


def signal_weights(labels: np.ndarray, shrinkage: float = SHRINKAGE) -> np.ndarray:
    """Return the weight of each signal in `balanced_loss` up to a factor, float64 [N]: 1 / (n_c / k + 1)."""
    if len(labels) == 0:
        raise InputError("balanced loss: no signals, expected at least one")
    counts = np.bincount(labels)[labels]
    return np.asarray(1 / (counts / shrinkage + 1) if shrinkage > 0 else 1 / counts)


SCORES: Mapping[Criterion, Callable[[np.ndarray, np.ndarray], float]] = {
    "val_loss": log_loss,
    "val_accuracy": lambda logits, labels: float((logits.argmax(1) == labels).mean()),
    "val_balanced_accuracy": lambda logits, labels: balanced_accuracy(labels, logits.argmax(1), logits.shape[1]),
    "val_macro_f1": lambda logits, labels: macro_f1(labels, logits.argmax(1), logits.shape[1]),
    "val_balanced_loss": balanced_loss,
}
"""Criterion -> score of logits [N, C] and labels [N]; lower is better of losses, higher of the others."""


def is_loss(criterion: Criterion) -> bool:
    """Return whether a score is a loss, of which lower is better."""
    return criterion.endswith("_loss")


def cost(score: float | None, criterion: Criterion) -> float:
    """Return a score as a number of which lower is better; an undefined one (None or NaN) is the worst."""
    if score is None or math.isnan(score):
        return math.inf
    return score if is_loss(criterion) else -score


def _losses(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return -log softmax(z)_y of each signal, float64 [N]; NaN where a logit is infinite."""
    with np.errstate(invalid="ignore"):
        return np.asarray(-log_softmax(logits)[np.arange(len(labels)), labels])
