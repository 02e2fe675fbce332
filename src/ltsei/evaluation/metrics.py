"""From logits to metrics: what a classifier is worth on the test part, in total, by group and by class.

Fractions are in [0, 1]; what is undefined is None, never 0. Classes absent from the test part are left out of
every macro mean.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ltsei.data.groups import GROUPS, GroupRule, groups
from ltsei.numerics.confusion import confusion_matrix
from ltsei.numerics.softmax import log_softmax

ECE_BINS = 15

Metrics = dict[str, float | None]


def evaluate(
    logits: np.ndarray,
    labels: np.ndarray,
    class_counts: np.ndarray,
    *,
    rule: GroupRule = "absolute",
    many_above: int,
    few_below: int,
) -> Metrics:
    """Return every metric by its name; logits [N, C], labels int64 [N], class_counts [C] of the training split.

    `macro_precision` counts a class that is never predicted as 0. `balanced_accuracy` is the mean per-class
    recall (mAcc); `g_mean` is its geometric counterpart.

    Raises:
        InputError: no test signals, or logits that are not finite.
    """
    matrix = confusion_matrix(logits, labels)
    present = matrix.sum(axis=1) > 0
    recall, precision, f1 = (values[present] for values in _recall_precision_f1(matrix))
    return {
        "overall_accuracy": float(np.trace(matrix) / matrix.sum()),
        "balanced_accuracy": float(recall.mean()),
        "macro_f1": float(f1.mean()),
        "macro_precision": float(np.nan_to_num(precision).mean()),
        **_by_group(recall, groups(class_counts, rule=rule, many_above=many_above, few_below=few_below), present),
        "g_mean": float(np.prod(recall ** (1 / len(recall)))),
        "zero_recall_classes": int((recall == 0).sum()),
        "worst_class_recall": float(recall.min()),
        "top5_accuracy": _top5_accuracy(logits, labels),
        **_ranking(logits, labels),
        **_calibration(logits, labels),
        "num_test_signals": len(labels),
        "absent_test_classes": int((~present).sum()),
    }


def per_class(
    logits: np.ndarray,
    labels: np.ndarray,
    class_counts: np.ndarray,
    class_names: Sequence[str],
    *,
    rule: GroupRule = "absolute",
    many_above: int,
    few_below: int,
) -> list[dict[str, Any]]:
    """Return one row per class: label, class_name, group, train_count, test_count, recall, precision, f1.

    Recall and F1 of a class without test signals are None, and so is the precision of one never predicted.
    """
    matrix = confusion_matrix(logits, labels)
    scores = np.stack(_recall_precision_f1(matrix), axis=1)
    names = groups(class_counts, rule=rule, many_above=many_above, few_below=few_below)
    return [
        {
            "label": label,
            "class_name": class_names[label],
            "group": str(names[label]),
            "train_count": int(class_counts[label]),
            "test_count": int(matrix[label].sum()),
            **{key: _defined(value) for key, value in zip(("recall", "precision", "f1"), scores[label], strict=True)},
        }
        for label in range(len(matrix))
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


def _top5_accuracy(logits: np.ndarray, labels: np.ndarray) -> float | None:
    if logits.shape[1] <= 5:
        return None
    # A stable sort breaks ties like argmax, so that top-1 is always among the top 5.
    best = np.argsort(-logits, axis=1, kind="stable")[:, :5]
    return float((best == labels[:, None]).any(axis=1).mean())


def _ranking(logits: np.ndarray, labels: np.ndarray) -> Metrics:
    """Return macro one-vs-rest AUROC and average precision over the classes that have positives and negatives."""
    counts = np.bincount(labels, minlength=logits.shape[1])
    usable = np.flatnonzero((counts > 0) & (counts < len(labels)))
    result: Metrics = {"macro_auroc": None, "macro_auprc": None, "auroc_dropped_classes": len(counts) - len(usable)}
    if len(usable):
        scores = np.exp(log_softmax(logits))
        found = np.array([_one_against_rest(labels == label, scores[:, label]) for label in usable])
        result["macro_auroc"], result["macro_auprc"] = np.minimum(found.mean(axis=0), 1.0).tolist()  # rounding
    return result


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


def _calibration(logits: np.ndarray, labels: np.ndarray) -> Metrics:
    """Return the negative log-likelihood and the ECE over equal-width bins (Naeini et al. 2015, Guo et al. 2017)."""
    log_probabilities = log_softmax(logits)
    confidence = np.exp(log_probabilities.max(axis=1))
    correct = logits.argmax(axis=1) == labels
    bins = np.ceil(confidence * ECE_BINS).astype(np.int64).clip(1, ECE_BINS)
    gaps = np.bincount(bins, weights=correct - confidence)
    nll = -log_probabilities[np.arange(len(labels)), labels].mean()
    return {"ece": float(np.abs(gaps).sum() / len(labels)), "nll": float(nll)}


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
