"""What the charts of a cell show beside its metrics, computed from its predictions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ltsei.data.groups import GROUPS
from ltsei.evaluation.expert_usage import expert_usage
from ltsei.evaluation.predictions import Predictions

Row = dict[str, Any]
BINS = 20
"""Of the histogram of confidences."""
RECALLS = np.linspace(0, 1, 101)[1:]
"""Where precision is read; at recall 0 it is undefined."""
ALL = "all"


def diagnose(
    predictions: Predictions, class_groups: np.ndarray, experts: Mapping[str, np.ndarray] | None
) -> dict[str, Any]:
    """Return what the report shows of a cell beside its metrics, JSON-able.

    Args:
        predictions: on the test part.
        class_groups: many, medium or few, for each class, [C].
        experts: ``gate`` and ``choices``, [N, E]; None where they are unknown.

    Returns:
        ``confidence`` and ``calibration``: as `confidences` and `calibration` return them; ``experts``: as
        `expert_usage` does, None for a head without experts.
    """
    has_experts = experts is not None and experts["gate"].shape[1] > 0
    groups = class_groups[predictions.labels]
    return {
        "confidence": confidences(predictions),
        "calibration": calibration(predictions),
        "experts": expert_usage(experts["gate"], experts["choices"], groups) if experts and has_experts else None,
    }


def confidences(predictions: Predictions) -> list[Row]:
    """Return the histograms of confidence for correct and for wrong predictions, in percent of each."""
    rows = []
    for name, members in (("correct", predictions.correct), ("wrong", ~predictions.correct)):
        counts, edges = np.histogram(predictions.probabilities.max(axis=1)[members], BINS, (0, 1))
        rows += [
            {"part": name, "low": float(low), "high": float(high), "share": 100 * int(count) / int(members.sum())}
            for count, low, high in zip(counts, edges, edges[1:], strict=False)
            if count
        ]
    return rows


def calibration(predictions: Predictions) -> list[Row]:
    """Return accuracy, mean confidence and signals in the bins of the calibration error; empty bins are left out."""
    names = ("low", "high", "confidence", "accuracy", "count")
    columns = [getattr(predictions.calibration, name).tolist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def precision_recall(predictions: Predictions, groups: Sequence[str]) -> list[Row]:
    """Return precision at each recall, one class against the rest, averaged over the classes of a group and over all.

    Precision at a recall is that of the highest threshold that reaches it, as in average precision. Classes without
    positives or without negatives are left out.

    Args:
        predictions: on the test part.
        groups: of each class, [C].
    """
    labels, counts = predictions.labels, predictions.test_counts
    curves = {
        label: _precision(labels == label, predictions.probabilities[:, label])
        for label in np.flatnonzero((counts > 0) & (counts < len(labels))).tolist()
    }
    rows = []
    for group in (*GROUPS, ALL):
        members = [curve for label, curve in curves.items() if group in (groups[label], ALL)]
        if members:
            pairs = zip(RECALLS.tolist(), np.mean(members, axis=0).tolist(), strict=True)
            rows += [{"group": group, "recall": 100 * recall, "precision": 100 * value} for recall, value in pairs]
    return rows


def top_confusions(confusion: Sequence[Sequence[int]], names: Sequence[str], k: int) -> list[Row]:
    """Return the `k` most frequent confusions of two classes, by share of the true class."""
    rows: list[Row] = [
        {"pair": f"{names[true]} → {names[predicted]}", "share": 100 * count / sum(counts), "count": count}
        for true, counts in enumerate(confusion)
        for predicted, count in enumerate(counts)
        if count and predicted != true
    ]
    return sorted(rows, key=lambda row: (-row["share"], -row["count"]))[:k]


def _precision(positive: np.ndarray, score: np.ndarray) -> np.ndarray:
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)  # equal scores have one threshold
    hits = np.cumsum(positive[order])[last]
    precision: np.ndarray = hits / (last + 1)
    # The margin takes up the rounding of the recalls.
    return precision[np.searchsorted(hits / hits[-1], RECALLS - 1e-9)]
