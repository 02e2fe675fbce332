"""How many signals of each class a long-tailed set takes: the order of the classes and an exponential profile."""

from typing import Literal

import numpy as np

from ltsei.core.errors import InputError
from ltsei.numerics.long_tail import long_tail_counts

ClassOrder = Literal["index", "random", "frequency"]
Shortage = Literal["error", "take_available"]


def ranked_classes(class_order: ClassOrder, available: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the classes, most frequent first; drawn after the signals, whose choice must not depend on the order."""
    if class_order == "random":
        return rng.permutation(len(available))
    if class_order == "frequency":
        return np.asarray(np.argsort(-available, kind="stable"))
    return np.arange(len(available))


def profile(
    available: np.ndarray, order: np.ndarray, imbalance_ratio: float, n_max: int | None, shortage: Shortage
) -> np.ndarray:
    """Return the signals per class of an exponential profile, int64 [C].

    Raises:
        InputError: the profile leaves a class without signals, or a class has fewer than it says.
    """
    n_max = int(available.min()) if n_max is None else n_max
    counts = np.empty_like(available)
    counts[order] = long_tail_counts(n_max, imbalance_ratio, len(available))
    if (counts == 0).any():
        raise InputError(
            f"imbalance_ratio: {imbalance_ratio} leaves class {order[-1]} without signals, since n_max is {n_max}; "
            f"the largest feasible ratio is {_largest_ratio(n_max)}; where classes differ in size, "
            "`class_order: frequency` with a larger n_max may allow more"
        )
    if shortage == "take_available":
        return np.asarray(np.minimum(counts, available))
    for label in np.flatnonzero(counts > available):
        raise InputError(
            f"split.n_max: got {n_max}, for which class {label} needs {counts[label]} training signals and has "
            f"{available[label]}; lower n_max, or set shortage to take_available"
        )
    return counts


def _largest_ratio(n_max: int) -> int:
    """Return the largest whole ratio that leaves the rarest class a signal; not always n_max, since 49 · 49⁻¹ < 1."""
    return next((ratio for ratio in range(n_max, 0, -1) if int(n_max * float(ratio) ** -1.0) > 0), 1)
