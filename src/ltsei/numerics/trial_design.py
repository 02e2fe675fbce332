"""The values of trials: a quasi-random design that depends on nothing but the number of the trial."""

import functools
import math

import numpy as np

COLUMNS = 64
"""Of the design, whichever of them a method uses: the values of one parameter do not depend on other parameters."""


@functools.cache
def positions(trial: int) -> np.ndarray:
    """Return the point of a trial in the unit cube, float64 [`COLUMNS`]: a scrambled Sobol sequence (Owen 1998).

    The first points of a longer design are those of a shorter one.

    Args:
        trial: from 1; trial 0 is the default recipe and has no point.
    """
    from scipy.stats import qmc  # takes a third of a second to load

    sequence = qmc.Sobol(COLUMNS, scramble=True, rng=np.random.default_rng(0))
    if trial > 1:
        sequence.fast_forward(trial - 1)
    return np.asarray(sequence.random(1)[0])


def value_at(position: float, low: float, high: float, *, logarithmic: bool, whole: bool) -> float:
    """Return the value at a position in [0, 1] of a range, to six digits or as a whole number."""
    ends = (math.log(low), math.log(high)) if logarithmic else (low, high)
    value = ends[0] + position * (ends[1] - ends[0])
    value = math.exp(value) if logarithmic else value
    return round(value) if whole else float(f"{value:.6g}")
