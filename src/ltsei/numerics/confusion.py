"""The confusion matrix, and the scores of a classifier that follow from it."""

import numpy as np

from ltsei.core.errors import InputError


def confusion_matrix(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how many signals of the row's class were taken for the column's, int64 [C, C]."""
    if len(labels) == 0:
        raise InputError("labels: no test signals, expected at least one")
    finite = np.isfinite(logits).all(axis=1)
    if not finite.all():
        raise InputError(
            f"logits: test signal {np.argmin(finite)} has NaN or infinity, the first of {(~finite).sum()}; "
            "train the cell again with a lower learning rate"
        )
    num_classes = logits.shape[1]
    pairs = labels * num_classes + logits.argmax(axis=1)
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


def balanced_accuracy(labels: np.ndarray, predictions: np.ndarray, num_classes: int) -> float:
    """Return the mean recall over the classes present in `labels`, in [0, 1]; InputError where there is none."""
    totals = np.bincount(labels, minlength=num_classes)
    hits = np.bincount(labels[labels == predictions], minlength=num_classes)
    present = totals > 0
    if not present.any():
        raise InputError("balanced accuracy: no signals, expected at least one")
    return float((hits[present] / totals[present]).mean())


def macro_f1(labels: np.ndarray, predictions: np.ndarray, num_classes: int) -> float:
    """Return the mean F1 over the classes present in `labels`, in [0, 1]; InputError where there is none."""
    totals = np.bincount(labels, minlength=num_classes)
    predicted = np.bincount(predictions, minlength=num_classes)
    hits = np.bincount(labels[labels == predictions], minlength=num_classes)
    present = totals > 0
    if not present.any():
        raise InputError("macro F1: no signals, expected at least one")
    return float((2 * hits[present] / (totals + predicted)[present]).mean())
