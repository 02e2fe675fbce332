"""Scores on each domain of the test part: one for each day, receiver or distance, and the worst of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ltsei.data.domains import signal_domains

Json = dict[str, Any]


def domain_scores(
    logits: np.ndarray, labels: np.ndarray, data_notes: Mapping[str, Any], trained: np.ndarray
) -> list[Json]:
    """Return the scores of each domain, JSON-able.

    Balanced accuracy is the mean recall of the classes with test signals of this value.

    Args:
        logits: of the test signals, [N, C].
        labels: int64 [N].
        data_notes: of the store, which hold the domains of the signals.
        trained: indices of the training signals.

    Returns:
        For each domain ``name``, ``values``, the ``worst`` value, ``worst_balanced_accuracy``, and ``gap``, the
        difference between best and worst; ``seen`` and ``unseen``, the mean balanced accuracies of values with and
        without training signals, and ``drop``, the first minus the second, None unless there are both. Each of the
        values has ``value``, ``train_signals``, ``test_signals``, ``classes``, ``balanced_accuracy`` and
        ``overall_accuracy``.
    """
    correct = logits.argmax(axis=1) == labels
    train, test = (signal_domains(data_notes, part) for part in ("train", "test"))
    return [_domain(name, values, train[name][trained], correct, labels) for name, values in test.items()]


def _domain(name: str, test: np.ndarray, train: np.ndarray, correct: np.ndarray, labels: np.ndarray) -> Json:
    values = [
        {
            "value": str(value),
            "train_signals": int(np.sum(train == value)),
            **_scores(correct[test == value], labels[test == value]),
        }
        for value in np.unique(test)
    ]
    scores = [row["balanced_accuracy"] for row in values]
    seen, unseen = (
        _mean([row["balanced_accuracy"] for row in values if (row["train_signals"] > 0) == known])
        for known in (True, False)
    )
    return {
        "name": name,
        "values": values,
        "worst": values[int(np.argmin(scores))]["value"],
        "worst_balanced_accuracy": min(scores),
        "gap": max(scores) - min(scores),
        "seen": seen,
        "unseen": unseen,
        "drop": None if seen is None or unseen is None else seen - unseen,
    }


def _scores(correct: np.ndarray, labels: np.ndarray) -> Json:
    counts = np.bincount(labels)
    recalls = np.bincount(labels, correct)[counts > 0] / counts[counts > 0]
    return {
        "test_signals": len(labels),
        "classes": len(recalls),
        "balanced_accuracy": float(recalls.mean()),
        "overall_accuracy": float(correct.mean()),
    }


def _mean(scores: list[float]) -> float | None:
    return float(np.mean(scores)) if scores else None
