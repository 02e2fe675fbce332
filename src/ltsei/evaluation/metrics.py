"""Metrics of a cell: what a classifier is worth on the test part, in total, by group and by class.

Fractions are in [0, 1]; what is undefined is None, never 0. Classes absent from the test part are left out of
every macro mean.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ltsei.data.groups import GROUPS
from ltsei.evaluation.predictions import Predictions

Metrics = dict[str, float | None]


def evaluate(predictions: Predictions, class_groups: np.ndarray) -> Metrics:
    """Return every metric by its name; `class_groups` are many, medium or few, for each class, [C].

    `macro_precision` counts a class that is never predicted as 0. `balanced_accuracy` is the mean per-class
    recall (mAcc); `g_mean` is the geometric mean of the recalls.
    """
    matrix = predictions.confusion
    present = predictions.test_counts > 0
    recall, precision, f1 = (values[present] for values in _recall_precision_f1(matrix))
    return {
        "overall_accuracy": float(np.trace(matrix) / matrix.sum()),
        "balanced_accuracy": float(recall.mean()),
        "macro_f1": float(f1.mean()),
        "macro_precision": float(np.nan_to_num(precision).mean()),
        **_by_group(recall, class_groups, present),
        "g_mean": float(np.prod(recall ** (1 / len(recall)))),
        "zero_recall_classes": int((recall == 0).sum()),
        "worst_class_recall": float(recall.min()),
        "top5_accuracy": _top5_accuracy(predictions),
        **_ranking(predictions),
        "ece": predictions.calibration.expected_error,
        "nll": _negative_log_likelihood(predictions),
        "num_test_signals": len(predictions.labels),
        "absent_test_classes": int((~present).sum()),
    }


def per_class(
    predictions: Predictions, class_groups: np.ndarray, class_counts: np.ndarray, class_names: Sequence[str]
) -> list[dict[str, Any]]:
    """Return one row per class: label, class_name, group, train_count, test_count, recall, precision, f1.

    Recall and F1 of a class without test signals are None, and so is the precision of one that is never predicted.
    """
    scores = np.stack(_recall_precision_f1(predictions.confusion), axis=1)
    return [
        {
            "label": label,
            "class_name": class_names[label],
            "group": str(class_groups[label]),
            "train_count": int(class_counts[label]),
            "test_count": int(predictions.test_counts[label]),
            **{key: _defined(value) for key, value in zip(("recall", "precision", "f1"), row, strict=True)},
        }
        for label, row in enumerate(scores)
    ]


def _recall_precision_f1(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the three scores of each class, [C]; NaN where there is nothing to divide by.

    F1 is NaN for every class without test signals, predicted or not.
    """
    hits, true, predicted = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    with np.errstate(invalid="ignore"):
        return hits / true, hits / predicted, np.where(true > 0, 2 * hits / (true + predicted), np.nan)


def _by_group(recall: np.ndarray, names: np.ndarray, present: np.ndarray) -> Metrics:
    """Return accuracy and number of classes of each group, and the harmonic mean of the three accuracies.

    A group's accuracy is the mean recall of those of its classes which the test part has.
    """
    accuracies = [
        _defined(recall[names[present] == group].mean()) if group in names[present] else None for group in GROUPS
    ]
    defined = [accuracy for accuracy in accuracies if accuracy is not None]
    harmonic = None if len(defined) < len(GROUPS) else _harmonic_mean(defined)
    return {
        **{f"{group}_accuracy": accuracy for group, accuracy in zip(GROUPS, accuracies, strict=True)},
        **{f"{group}_classes": int((names == group).sum()) for group in GROUPS},
        "harmonic_mean": harmonic,
    }


def _harmonic_mean(values: Sequence[float]) -> float:
    return 0.0 if min(values) == 0 else len(values) / sum(1 / value for value in values)


def _top5_accuracy(predictions: Predictions) -> float | None:
    if predictions.logits.shape[1] <= 5:
        return None
    # A stable sort breaks ties like argmax, so that top-1 is always among the top 5.
    best = np.argsort(-predictions.logits, axis=1, kind="stable")[:, :5]
    return float((best == predictions.labels[:, None]).any(axis=1).mean())


def _ranking(predictions: Predictions) -> Metrics:
    """Return macro one-vs-rest AUROC and average precision over the classes with positives and negatives."""
    counts, labels = predictions.test_counts, predictions.labels
    usable = np.flatnonzero((counts > 0) & (counts < len(labels)))
    result: Metrics = {"macro_auroc": None, "macro_auprc": None, "auroc_dropped_classes": len(counts) - len(usable)}
    if len(usable):
        scores = predictions.probabilities
        areas = np.array([_one_against_rest(labels == label, scores[:, label]) for label in usable])
        result["macro_auroc"], result["macro_auprc"] = np.minimum(areas.mean(axis=0), 1.0).tolist()  # rounding
    return result


def _negative_log_likelihood(predictions: Predictions) -> float:
    rows = np.arange(len(predictions.labels))
    return float(-predictions.log_probabilities[rows, predictions.labels].mean())


def _one_against_rest(positive: np.ndarray, scores: np.ndarray) -> tuple[float, float]:
    """Return area under the ROC curve (ties count half) and average precision of one class.

    scikit-learn gives the same numbers, and takes ten times as long to import as a cell takes to evaluate.

    Args:
        positive: whether a signal is of the class, bool [N], some are and some are not.
        scores: its probability, [N].
    """
    _, place, counts = np.unique(-scores, return_inverse=True, return_counts=True)
    hits = np.bincount(place, weights=positive)  # by distinct score, the highest first
    true, seen = np.cumsum(hits), np.cumsum(counts)
    wrong = seen - true
    below = wrong[-1] - wrong + (counts - hits) / 2
    area = np.dot(hits, below) / (true[-1] * wrong[-1])
    return float(area), float(np.dot(hits, true / seen) / true[-1])


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
