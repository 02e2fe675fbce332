"""Metrics of an open set: how well scores separate signals of known classes from those of unknown ones."""

import numpy as np


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


def _share_below(known: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """Return for each known score the share of unknown scores below it, equal ones counted half, [N]."""
    ascending = np.sort(unknown)
    below = np.searchsorted(ascending, known, "left") + np.searchsorted(ascending, known, "right")
    return np.asarray(below / (2 * len(unknown)))
