"""What seeds, ratios and data sets say together: summaries, paired comparisons, tests over conditions (no torch).

Seeds of one condition are not data sets: the Friedman test and average ranks work on means over seeds, a row for each
condition (data set and ratio). Paired comparisons use every (data set, ratio, seed), since methods share split and
initial weights within it; ratios of one seed are nested, so that their intervals are rather too narrow.
"""

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ltsei.numerics import seeds

DIGITS = 12
"""Decimals in which scores are compared: means of the same recalls in another order differ in the last of sixteen."""
CONFIDENCE = 0.95
SIGNIFICANCE = 0.05
RESAMPLES = 9999
BOOTSTRAP_FROM = 10
"""Pairs; of normal differences the bootstrap covers .84 with five, .90 with ten."""


@dataclass(frozen=True)
class Summary:
    """Mean and spread of the defined values.

    Attributes:
        mean: None where no value is defined.
        sd: standard deviation of the sample (n − 1); None below two values, where no spread is known.
        n: how many values are defined.
    """

    mean: float | None
    sd: float | None
    n: int


@dataclass(frozen=True)
class Comparison:
    """A method against a control over pairs of the same (data set, ratio, seed).

    Attributes:
        n: pairs in which both are defined.
        mean: of the differences, method minus control; None without pairs, likewise below.
        low, high: 95 % interval of the mean: bootstrap BCa (Efron 1987), with fewer than ten pairs, of which the
            bootstrap knows too little, Student's t; None for a single pair.
        effect: mean over standard deviation of the differences, Cohen's d_z; None below three pairs, or where they do
            not vary.
        improvement: probability that a run of the method beats one of the control under the same condition, ties
            half, mean over conditions (Agarwal et al. 2021).
        p: two-sided, Wilcoxon signed-rank test (Pratt's treatment of zeros).
        adjusted: `p` after Holm's correction for all comparisons with this control.
    """

    n: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    effect: float | None = None
    improvement: float | None = None
    p: float | None = None
    adjusted: float | None = None


@dataclass(frozen=True)
class Friedman:
    """Whether methods differ over conditions, and which ranks do (Demšar 2006).

    Attributes:
        ranks: average rank of each method, 1 is best.
        conditions: N.
        chi2, chi2_p: Friedman's statistic with k − 1 degrees of freedom, corrected for ties.
        f, f_p: Iman and Davenport's (1980), less conservative; infinite where all conditions rank alike:
            then None, with the p of `chi2`, which is finite.
        critical_difference: of two average ranks at 5 %, Nemenyi's q_α √(k(k+1)/6N).
    """

    ranks: tuple[float, ...]
    conditions: int
    chi2: float
    chi2_p: float
    f: float | None
    f_p: float
    critical_difference: float


def summarise(values: Iterable[float | None]) -> Summary:
    """Return the summary of `values`; None (undefined) is left out, never counted as 0."""
    defined = np.array([value for value in values if value is not None], dtype=np.float64)
    if not defined.size:
        return Summary(None, None, 0)
    # math.fsum: the mean of equal values is that value, whatever their number.
    mean = math.fsum(defined) / defined.size
    return Summary(mean, float(defined.std(ddof=1)) if defined.size > 1 else None, defined.size)


def friedman(scores: ArrayLike) -> Friedman | None:
    """Return the test over conditions; None below three methods or two conditions.

    Args:
        scores: means over seeds, higher is better, [N conditions, k methods], all defined.
    """
    from scipy import stats  # costs a third of a second, so only where it is used

    values = np.asarray(scores, dtype=np.float64)
    conditions, methods = values.shape
    if methods < 3 or conditions < 2:
        return None
    ranks = stats.rankdata(-values, axis=1).mean(axis=0)
    if np.ptp(values, axis=1).max() == 0:  # all alike everywhere: nothing to test
        chi2, chi2_p = 0.0, 1.0
    else:
        chi2, chi2_p = map(float, stats.friedmanchisquare(*values.T))
    rest = conditions * (methods - 1) - chi2
    f = None if rest <= 1e-9 else (conditions - 1) * chi2 / rest
    f_p = chi2_p if f is None else float(stats.f.sf(f, methods - 1, (methods - 1) * (conditions - 1)))
    q = float(stats.studentized_range.ppf(CONFIDENCE, methods, np.inf)) / math.sqrt(2)
    critical = q * math.sqrt(methods * (methods + 1) / (6 * conditions))
    return Friedman(tuple(ranks.tolist()), conditions, chi2, chi2_p, f, f_p, critical)


def cliques(ranks: Sequence[float], critical_difference: float) -> list[tuple[int, ...]]:
    """Return the maximal groups of methods whose average ranks lie within the critical difference, best first."""
    order = sorted(range(len(ranks)), key=lambda method: ranks[method])
    found: list[tuple[int, ...]] = []
    for start, first in enumerate(order):
        group = tuple(m for m in order[start:] if ranks[m] - ranks[first] <= critical_difference)
        if len(group) > 1 and not (found and set(group) <= set(found[-1])):
            found.append(group)
    return found


def compare(scores: np.ndarray, control: np.ndarray, conditions: Sequence[object]) -> list[Comparison]:
    """Return each method against the control, Holm's correction over those with any pairs.

    Args:
        scores: higher is better, NaN where undefined or missing, [runs, k methods].
        control: of the same runs, [runs].
        conditions: data set and ratio of each run, [runs].
    """
    differences = scores - control[:, None]
    intervals = _intervals(differences)
    found = [
        _comparison(scores[:, method], control, differences[:, method], intervals[method], conditions)
        for method in range(scores.shape[1])
    ]
    adjusted = holm([each.p for each in found])
    return [Comparison(**{**vars(each), "adjusted": p}) for each, p in zip(found, adjusted, strict=True)]


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values after Holm's (1979) step-down correction; None stays None and is not counted."""
    order = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    least = 0.0
    for rank, (p, place) in enumerate(order):
        least = max(least, min(1.0, (len(order) - rank) * p))
        adjusted[place] = least
    return adjusted


def smallest_p(pairs: int) -> float:
    """Return the least p that a two-sided signed-rank test of so many pairs can reach, 2 / 2^n."""
    return min(1.0, 2.0 ** (1 - pairs))


def _comparison(
    scores: np.ndarray,
    control: np.ndarray,
    differences: np.ndarray,
    interval: tuple[float, float] | None,
    conditions: Sequence[object],
) -> Comparison:
    from scipy import stats

    defined = differences[~np.isnan(differences)]
    if not defined.size:
        return Comparison(n=0)
    sd = float(defined.std(ddof=1)) if defined.size > 1 else 0.0
    mean = math.fsum(defined) / defined.size
    p = 1.0 if not defined.any() else float(stats.wilcoxon(defined, zero_method="pratt").pvalue)
    return Comparison(
        n=defined.size,
        mean=mean,
        low=interval and interval[0],
        high=interval and interval[1],
        effect=mean / sd if defined.size > 2 and sd > 1e-12 else None,
        improvement=_improvement(scores, control, conditions),
        p=p,
    )


def _improvement(scores: np.ndarray, control: np.ndarray, conditions: Sequence[object]) -> float | None:
    """Return the probability of improvement: per condition over all pairs of runs, then the mean."""
    found = []
    for condition in dict.fromkeys(conditions):
        here = np.array([other == condition for other in conditions])
        ours, theirs = (values[here][~np.isnan(values[here])] for values in (scores, control))
        if ours.size and theirs.size:
            found.append(float((np.sign(ours[:, None] - theirs).mean() + 1) / 2))
    return math.fsum(found) / len(found) if found else None


def _intervals(differences: np.ndarray) -> list[tuple[float, float] | None]:
    """Return the interval of each column's mean; columns with the same runs are resampled together."""
    defined = ~np.isnan(differences)
    found: list[tuple[float, float] | None] = [None] * differences.shape[1]
    for runs in np.unique(defined, axis=1).T:
        columns = np.flatnonzero((defined == runs[:, None]).all(axis=0))
        if runs.sum() > 1:
            low, high = _interval(differences[np.ix_(runs, columns)])
            for column, *interval in zip(columns.tolist(), low.tolist(), high.tolist(), strict=True):
                found[column] = (interval[0], interval[1])
    return found


def _interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of the mean of each column; that of a column which does not vary is its mean."""
    from scipy import stats

    pairs, mean = len(values), values.mean(axis=0)
    if pairs < BOOTSTRAP_FROM:
        reach = stats.t.ppf((1 + CONFIDENCE) / 2, pairs - 1) * values.std(axis=0, ddof=1) / math.sqrt(pairs)
        return mean - reach, mean + reach
    low, high = mean.copy(), mean.copy()
    varies = np.flatnonzero(np.ptp(values, axis=0) > 1e-12)
    if varies.size:
        low[varies], high[varies] = _bootstrap(values[:, varies])
    return low, high


def _bootstrap(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy import stats

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        interval = stats.bootstrap(
            (values,),
            np.mean,
            axis=0,
            n_resamples=RESAMPLES,
            batch=100,
            confidence_level=CONFIDENCE,
            method="BCa",
            rng=seeds.generator(0, "bootstrap"),
        ).confidence_interval
    return interval.low, interval.high
