"""Summaries and paired comparisons over seeds, imbalance ratios and data sets.

Paired comparisons use every (data set, ratio, seed), within which methods share split and initial weights. The ratios
of one seed are nested, which makes their intervals somewhat too narrow.
"""

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ltsei.numerics import seeds

DIGITS = 12
"""Decimals to which scores are compared: means of the same recalls in another order differ in the sixteenth."""
CONFIDENCE = 0.95
SIGNIFICANCE = 0.05
RESAMPLES = 9999
BOOTSTRAP_FROM = 10
"""Pairs from which the bootstrap is used: its interval covers .84 of normal differences with five, .90 with ten."""


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
    """A method compared with a control over pairs of the same (data set, ratio, seed).

    Attributes:
        n: pairs in which both are defined.
        mean: of the differences, method minus control; None without pairs, likewise below.
        low, high: 95 % interval of the mean: BCa bootstrap (Efron 1987), or Student's t below ten pairs, where the
            bootstrap is too narrow; None for a single pair.
        effect: mean over standard deviation of the differences, Cohen's d_z; None below three pairs, or where they do
            not vary.
        improvement: probability that a run of the method beats one of the control under the same condition, ties
            counting half, averaged over conditions (Agarwal et al. 2021).
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


def summarise(values: Iterable[float | None]) -> Summary:
    """Return the summary of `values`; None (undefined) is skipped, never counted as 0."""
    defined = np.array([value for value in values if value is not None], dtype=np.float64)
    if not defined.size:
        return Summary(None, None, 0)
    # math.fsum: the mean of equal values is that value, whatever their number.
    mean = math.fsum(defined) / defined.size
    return Summary(mean, float(defined.std(ddof=1)) if defined.size > 1 else None, defined.size)


def compare(scores: np.ndarray, control: np.ndarray, conditions: Sequence[object]) -> list[Comparison]:
    """Return the comparison of each method with the control, with Holm's correction over those that have pairs.

    Args:
        scores: higher is better, NaN where undefined or missing, [runs, k methods].
        control: of the same runs, [runs].
        conditions: data set and ratio of each run, [runs].
    """
    differences = scores - control[:, None]
    intervals = _intervals(differences)
    comparisons = [
        _comparison(scores[:, method], control, differences[:, method], intervals[method], conditions)
        for method in range(scores.shape[1])
    ]
    adjusted = holm([each.p for each in comparisons])
    return [Comparison(**{**vars(each), "adjusted": p}) for each, p in zip(comparisons, adjusted, strict=True)]


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p-values after Holm's (1979) step-down correction; None stays None and does not count."""
    order = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    least = 0.0
    for rank, (p, place) in enumerate(order):
        least = max(least, min(1.0, (len(order) - rank) * p))
        adjusted[place] = least
    return adjusted


def smallest_p(pairs: int) -> float:
    """Return the smallest p that a two-sided signed-rank test of n pairs can reach, 2 / 2^n."""
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
    """Return the probability of improvement over all pairs of runs of a condition, averaged over conditions."""
    probabilities = []
    for condition in dict.fromkeys(conditions):
        runs = np.array([other == condition for other in conditions])
        ours, theirs = (values[runs][~np.isnan(values[runs])] for values in (scores, control))
        if ours.size and theirs.size:
            probabilities.append(float((np.sign(ours[:, None] - theirs).mean() + 1) / 2))
    return math.fsum(probabilities) / len(probabilities) if probabilities else None


def _intervals(differences: np.ndarray) -> list[tuple[float, float] | None]:
    """Return the interval of each column's mean; columns with the same runs are resampled together."""
    defined = ~np.isnan(differences)
    intervals: list[tuple[float, float] | None] = [None] * differences.shape[1]
    for runs in np.unique(defined, axis=1).T:
        columns = np.flatnonzero((defined == runs[:, None]).all(axis=0))
        if runs.sum() > 1:
            low, high = _interval(differences[np.ix_(runs, columns)])
            for column, *interval in zip(columns.tolist(), low.tolist(), high.tolist(), strict=True):
                intervals[column] = (interval[0], interval[1])
    return intervals


def _interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of the mean of each column; that of a constant column is its mean."""
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
