"""Class priors of a test part that differs from training: long-tailed forward or backward (Zhang et al., 2022)."""

import re

import numpy as np

UNIFORM = "uniform"
SHIFTED = re.compile(r"(forward|backward)-(\d+(?:\.\d+)?)")


def parse(text: str) -> tuple[str, float]:
    """Return direction and ratio of a prior such as ``forward-50``; those of ``uniform`` are ``forward`` and 1.

    Raises:
        ValueError: the text is no prior, or its ratio is not above 1.
    """
    if text == UNIFORM:
        return "forward", 1.0
    match = SHIFTED.fullmatch(text)
    if match is None or float(match[2]) <= 1:
        raise ValueError(text)
    return match[1], float(match[2])


def prior(text: str, class_counts: np.ndarray) -> np.ndarray:
    """Return the prior of each class, float64 [C], which sums to 1.

    It falls by a constant factor from class to class, from the first to the last by the ratio. ``forward``: in the
    order of training, the most frequent class first; ``backward``: in the opposite order. Ties are in class order.

    Args:
        text: as in `parse`.
        class_counts: training signals per class, [C].
    """
    direction, ratio = parse(text)
    order = np.argsort(-class_counts, kind="stable")
    order = order[::-1] if direction == "backward" else order
    weights = np.empty(len(order))
    weights[order] = ratio ** -np.linspace(0.0, 1.0, len(order))
    return np.asarray(weights / weights.sum())
