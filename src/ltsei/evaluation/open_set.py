"""Metrics of an open set: how well scores separate signals of known classes from those of unknown ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ltsei.evaluation.rejection import SCORES, threshold

METRICS = ("auroc", "oscr", "fpr_at_95_tpr")
"""The metrics of each score."""
KEPT = 0.95
"""Share of the known signals that the last of them accepts."""
Signals = tuple[np.ndarray, np.ndarray]
"""Features [N, D] and logits [N, C]."""


def open_set_metrics(
    training: Signals,
    training_labels: np.ndarray,
    test: Signals,
    test_labels: np.ndarray,
    unknown: Signals,
    unknown_classes: Sequence[str],
) -> dict[str, Any]:
    """Return how well every score of `rejection.SCORES` separates known from unknown test signals, JSON-able.

    Each score is fitted on training signals of known classes; nothing is chosen with test signals or unknown ones.

    Args:
        training: on which scores are fitted.
        training_labels: int64 [N].
        test: signals of known classes.
        test_labels: likewise.
        unknown: signals of unknown classes.
        unknown_classes: names of these.

    Returns:
        ``unknown_classes``, ``known_signals`` and ``unknown_signals``, how many, and ``scores``: score -> `METRICS`.
    """
    correct = test[1].argmax(axis=1) == test_labels
    metrics = {}
    for name, kind in SCORES.items():
        score = kind.fit(*training, training_labels)
        metrics[name] = _metrics(score.of(*test), correct, score.of(*unknown))
    return {
        "unknown_classes": list(unknown_classes),
        "known_signals": len(test_labels),
        "unknown_signals": len(unknown[1]),
        "scores": metrics,
    }


def _metrics(known: np.ndarray, correct: np.ndarray, unknown: np.ndarray) -> dict[str, float]:
    values = auroc(known, unknown), oscr(known, correct, unknown), false_positive_rate(known, unknown)
    return dict(zip(METRICS, values, strict=True))


def auroc(known: np.ndarray, unknown: np.ndarray) -> float:
    """Return the area under the ROC curve of known [N] against unknown [M] signals, in [0, 1]; ties count half.

    It is the probability that a known signal has a higher score than an unknown one.
    """
    return float(_share_below(known, unknown).mean())


def oscr(known: np.ndarray, correct: np.ndarray, unknown: np.ndarray) -> float:
    """Return the area under the curve of correct classification rate against false positive rate, in [0, 1].

    Open-set classification rate (Dhamija et al., NeurIPS 2018). At a threshold, the first rate is the share of known
    signals that are accepted and correctly classified, the second the share of unknown signals that are accepted; the
    area is therefore at most the accuracy. Ties count half.

    Args:
        known: scores of the known signals, [N].
        correct: whether each is correctly classified, bool [N].
        unknown: scores of the unknown signals, [M].
    """
    return float((_share_below(known, unknown) * correct).mean())


def false_positive_rate(known: np.ndarray, unknown: np.ndarray, kept: float = KEPT) -> float:
    """Return the share of unknown signals accepted at the highest threshold that accepts `kept` of the known ones.

    The false positive rate at 95 % true positive rate (Hendrycks & Gimpel, ICLR 2017; Liang et al., ICLR 2018). A
    signal at the threshold is accepted.

    Args:
        known: scores of the known signals, [N].
        unknown: scores of the unknown signals, [M].
        kept: share of the known signals, in (0, 1].
    """
    return float((unknown >= threshold(known, kept)).mean())


def _share_below(known: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """Return for each known score the share of unknown scores below it, equal ones counted half, [N]."""
    ascending = np.sort(unknown)
    below = np.searchsorted(ascending, known, "left") + np.searchsorted(ascending, known, "right")
    return np.asarray(below / (2 * len(unknown)))
