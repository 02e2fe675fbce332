"""Average ranks of methods: the Friedman test over data sets, critical differences, groups that do not differ.

The test assumes independent rows. Seeds and imbalance ratios of one data set are not: they share its test signals, and
the ratios of one seed share training signals. So each data set is one row, with the means over its seeds and ratios
(Demšar 2006), and the conditions of a single data set have average ranks without a test.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ltsei.evaluation.statistics import SIGNIFICANCE


@dataclass(frozen=True)
class Friedman:
    """Whether methods differ over data sets, and which ranks do (Demšar 2006).

    Attributes:
        ranks: average rank of each method, 1 is best.
        datasets: N.
        chi2, chi2_p: Friedman's statistic with k − 1 degrees of freedom, corrected for ties.
        f, f_p: Iman and Davenport's statistic (1980), less conservative. It is infinite where all data sets rank
            the methods alike: then `f` is None, and `f_p` is that of `chi2`.
        critical_difference: between two average ranks at 5 %, Nemenyi's q_α √(k(k+1)/6N).
    """

    ranks: tuple[float, ...]
    datasets: int
    chi2: float
    chi2_p: float
    f: float | None
    f_p: float
    critical_difference: float


def average_ranks(scores: ArrayLike) -> tuple[float, ...]:
    """Return the average rank of each method over the rows of `scores` [rows, k methods], 1 is best; ties share."""
    from scipy import stats  # takes a third of a second to load

    values = np.asarray(scores, dtype=np.float64)
    return tuple(stats.rankdata(-values, axis=1).mean(axis=0).tolist())


def friedman(scores: ArrayLike) -> Friedman | None:
    """Return the test over data sets; None below three methods or two data sets.

    Args:
        scores: mean over the conditions of each data set, higher is better, [N data sets, k methods], all defined.
    """
    from scipy import stats

    values = np.asarray(scores, dtype=np.float64)
    datasets, methods = values.shape
    if methods < 3 or datasets < 2:
        return None
    if np.ptp(values, axis=1).max() == 0:  # no differences: nothing to test
        chi2, chi2_p = 0.0, 1.0
    else:
        chi2, chi2_p = map(float, stats.friedmanchisquare(*values.T))
    rest = datasets * (methods - 1) - chi2
    f = None if rest <= 1e-9 else (datasets - 1) * chi2 / rest
    f_p = chi2_p if f is None else float(stats.f.sf(f, methods - 1, (methods - 1) * (datasets - 1)))
    q = float(stats.studentized_range.ppf(1 - SIGNIFICANCE, methods, np.inf)) / math.sqrt(2)
    critical = q * math.sqrt(methods * (methods + 1) / (6 * datasets))
    return Friedman(average_ranks(values), datasets, chi2, chi2_p, f, f_p, critical)


def cliques(ranks: Sequence[float], critical_difference: float) -> list[tuple[int, ...]]:
    """Return the maximal groups of methods whose average ranks lie within the critical difference, best first."""
    order = sorted(range(len(ranks)), key=lambda method: ranks[method])
    cliques: list[tuple[int, ...]] = []
    for start, first in enumerate(order):
        group = tuple(m for m in order[start:] if ranks[m] - ranks[first] <= critical_difference)
        if len(group) > 1 and not (cliques and set(group) <= set(cliques[-1])):
            cliques.append(group)
    return cliques
