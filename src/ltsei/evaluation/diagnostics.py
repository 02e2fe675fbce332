"""What figures show of one cell beside its metrics, computed from its logits and labels (no torch)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ltsei.data.groups import GROUPS
from ltsei.evaluation.expert_usage import expert_usage
from ltsei.evaluation.metrics import ECE_BINS
from ltsei.numerics.softmax import softmax

Row = dict[str, Any]
BINS = 20
"""Of the histogram of confidences."""
RECALLS = np.linspace(0, 1, 101)[1:]
"""Where precision is read; at recall 0 it is not defined."""
ALL = "all"


def diagnose(outputs: Mapping[str, np.ndarray], labels: np.ndarray, class_groups: np.ndarray) -> dict[str, Any]:
    """Return what the report shows of a cell beside its metrics, JSON-able.

    Args:
        outputs: of the last stage on the test part: ``test``, logits [N, C]; a mixture also has ``gate`` and
            ``choices``.
        labels: int64 [N].
        class_groups: many, medium or few, for each class, [C].

    Returns:
        ``confidence`` and ``calibration``: as `confidences` and `calibration`; ``mixture``: as `mixture`, None for any
        other head.
    """
    chances = softmax(outputs["test"])
    is_mixture = {"gate", "choices"} <= set(outputs)
    return {
        "confidence": confidences(chances, labels),
        "calibration": calibration(chances, labels),
        "mixture": expert_usage(outputs["gate"], outputs["choices"], class_groups[labels]) if is_mixture else None,
    }


def confidences(chances: np.ndarray, labels: np.ndarray) -> list[Row]:
    """Return the histograms of confidence of correct and of wrong predictions, in percent of each."""
    correct = chances.argmax(axis=1) == labels
    rows = []
    for name, chosen in (("correct", correct), ("wrong", ~correct)):
        counts, edges = np.histogram(chances.max(axis=1)[chosen], BINS, (0, 1))
        rows += [
            {"part": name, "low": float(low), "high": float(high), "share": 100 * int(count) / int(chosen.sum())}
            for count, low, high in zip(counts, edges, edges[1:], strict=False)
            if count
        ]
    return rows


def calibration(chances: np.ndarray, labels: np.ndarray) -> list[Row]:
    """Return accuracy and mean confidence in the bins of the calibration error; empty bins are left out."""
    confidence, correct = chances.max(axis=1), chances.argmax(axis=1) == labels
    bins = np.ceil(confidence * ECE_BINS).astype(np.int64).clip(1, ECE_BINS)
    return [
        {
            "low": (number - 1) / ECE_BINS,
            "high": number / ECE_BINS,
            "confidence": float(confidence[bins == number].mean()),
            "accuracy": float(correct[bins == number].mean()),
        }
        for number in np.unique(bins).tolist()
    ]


def precision_recall(chances: np.ndarray, labels: np.ndarray, groups: Sequence[str]) -> list[Row]:
    """Return precision at each recall, one class against the rest, mean over the classes of a group and over all.

    Precision at a recall is that of the highest threshold which reaches it, as in average precision. Classes without
    positives or without negatives are left out.
    """
    counts = np.bincount(labels, minlength=chances.shape[1])
    curves = {
        label: _precision(labels == label, chances[:, label])
        for label in np.flatnonzero((counts > 0) & (counts < len(labels))).tolist()
    }
    rows = []
    for group in (*GROUPS, ALL):
        found = [curve for label, curve in curves.items() if group in (groups[label], ALL)]
        if found:
            pairs = zip(RECALLS.tolist(), np.mean(found, axis=0).tolist(), strict=True)
            rows += [{"group": group, "recall": 100 * recall, "precision": 100 * value} for recall, value in pairs]
    return rows


def top_confusions(confusion: Sequence[Sequence[int]], names: Sequence[str], k: int) -> list[Row]:
    """Return the `k` pairs of classes most often taken one for the other, by share of the true class."""
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
