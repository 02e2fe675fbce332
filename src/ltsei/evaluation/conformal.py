"""Conformal prediction sets: sets of classes that hold the true one with a stated probability.

Split conformal prediction on validation signals. Where signals to come are distributed as these, the sets of new
signals hold the true class with at least the stated coverage, whatever the network; thresholds of single classes give
that for the signals of each such class, whatever the frequencies of the classes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Kind = Literal["thr", "aps"]
Source = Literal["class", "rare", "all"]
"""Whose validation signals a class has its threshold from: its own, those of all rare classes, or all."""


@dataclass(frozen=True)
class PredictionSets:
    """Thresholds of a nonconformity score, one for each class.

    Attributes:
        kind: ``thr``: 1 - p_c (Sadinle et al., JASA 2019); ``aps``: the probability of the classes before c, and a
            random part of that of c (Romano et al., NeurIPS 2020).
        coverage: the nominal one, in (0, 1).
        thresholds: [C]; infinite where there are too few validation signals for this coverage.
        sources: whose validation signals each threshold comes from, [C].
    """

    kind: Kind
    coverage: float
    thresholds: np.ndarray
    sources: tuple[Source, ...]

    def of(self, probabilities: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return which classes are in the set of each signal, bool [N, C]; a set may be empty.

        Args:
            probabilities: [N, C].
            rng: draws the random part of ``aps``.
        """
        return np.asarray(nonconformity(probabilities, self.kind, rng) <= self.thresholds)


def nonconformity(probabilities: np.ndarray, kind: Kind, rng: np.random.Generator) -> np.ndarray:
    """Return how unusual each class would be as the true one, float64 [N, C], in [0, 1]."""
    if kind == "thr":
        return np.asarray(1 - probabilities)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    descending = np.take_along_axis(probabilities, order, axis=1)
    before = descending.cumsum(axis=1) - descending
    scores = np.empty_like(probabilities)
    np.put_along_axis(scores, order, before + rng.random((len(probabilities), 1)) * descending, axis=1)
    return scores


def calibrate(
    probabilities: np.ndarray,
    labels: np.ndarray,
    *,
    coverage: float,
    kind: Kind,
    rng: np.random.Generator,
    by_class: bool = True,
) -> PredictionSets:
    """Return the sets calibrated on validation signals.

    A class has a threshold of its own where it has enough validation signals for this coverage (n ≥ c / (1 - c), that
    is 9 for 0.9). The rare classes share one from their signals together, if these are enough, and else that of all
    signals (Ding et al., NeurIPS 2023, section 3, where the rare classes form one cluster).

    Args:
        probabilities: of the validation signals, [N, C].
        labels: int64 [N].
        coverage: in (0, 1).
        kind: of nonconformity.
        rng: draws the random part of ``aps``.
        by_class: whether classes have thresholds of their own; otherwise all share one.
    """
    scores = nonconformity(probabilities, kind, rng)[np.arange(len(labels)), labels]
    counts = np.bincount(labels, minlength=probabilities.shape[1])
    enough = coverage / (1 - coverage) - 1e-9
    own = (counts >= enough) & by_class
    thresholds = np.full(len(counts), quantile(scores, coverage))
    sources: list[Source] = ["all"] * len(counts)
    rare = scores[~own[labels]]
    if by_class and len(rare) >= enough:
        thresholds[~own], sources = quantile(rare, coverage), ["rare"] * len(counts)
    for label in np.flatnonzero(own).tolist():
        thresholds[label], sources[label] = quantile(scores[labels == label], coverage), "class"
    return PredictionSets(kind, coverage, thresholds, tuple(sources))


def quantile(scores: np.ndarray, coverage: float) -> float:
    """Return the ⌈(N + 1) c⌉-th smallest of N scores; infinity where there is none."""
    rank = int(np.ceil((len(scores) + 1) * coverage - 1e-9))
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else float("inf")


def rate(sets: np.ndarray, labels: np.ndarray) -> Mapping[str, Any]:
    """Return what sets, bool [N, C], are worth on labelled signals.

    Returns:
        ``coverage``: share of the signals whose set holds the true class; ``class_coverage``: likewise for each class,
        [C], NaN for one without signals; ``mean_size``: classes per set; ``empty``: share of the sets without any.
    """
    holds = sets[np.arange(len(labels)), labels]
    counts = np.bincount(labels, minlength=sets.shape[1])
    with np.errstate(invalid="ignore"):
        of_classes = np.bincount(labels, weights=holds, minlength=sets.shape[1]) / counts
    sizes = sets.sum(axis=1)
    return {
        "coverage": float(holds.mean()),
        "class_coverage": of_classes,
        "mean_size": float(sizes.mean()),
        "empty": float((sizes == 0).mean()),
    }
