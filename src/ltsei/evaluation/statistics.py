"""Summaries and paired comparisons over seeds, imbalance ratios and data sets.

Paired comparisons use every (data set, ratio, seed), within which methods share split and initial weights. The ratios
of one seed are nested, which makes their intervals somewhat too narrow.
"""

import collections
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ltsei.evaluation import signed_rank
from ltsei.evaluation.intervals import intervals

DIGITS = 12
"""Decimals to which scores are compared: means of the same recalls in another order differ in the sixteenth."""
SIGNIFICANCE = 0.05


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
        mean: over conditions of the mean difference over seeds, method minus control, so that every condition weighs
            the same also where seeds are missing; None without pairs, likewise below.
        low, high: 95 % interval of the mean: BCa bootstrap (Efron 1987), or Student's t below ten pairs, where the
            bootstrap is too narrow; None for a single pair.
        effect: mean over standard deviation of the differences, Cohen's d_z; None below three pairs, or where they do
            not vary.
        improvement: probability that a run of the method beats one of the control under the same condition, ties
            counting half, averaged over conditions (Agarwal et al. 2021).
        p: two-sided, of the signed-rank test in `signed_rank`.
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
    means = [mean_over_conditions(column, conditions) for column in differences.T]
    ends = intervals(_weighted(differences, means, conditions))
    comparisons = [
        _comparison(scores[:, method], control, conditions, means[method], ends[method])
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


def mean_over_conditions(values: np.ndarray, conditions: Sequence[object]) -> float | None:
    """Return the mean over conditions of the means over their defined values [runs]; None where none is defined.

    A condition without a defined value is left out.
    """
    by_condition: dict[object, list[float]] = {}
    for value, condition in zip(values.tolist(), conditions, strict=True):
        if not math.isnan(value):
            by_condition.setdefault(condition, []).append(value)
    # math.fsum: the mean of equal values is that value, whatever their number.
    means = [math.fsum(of_condition) / len(of_condition) for of_condition in by_condition.values()]
    return math.fsum(means) / len(means) if means else None


def _weighted(differences: np.ndarray, means: Sequence[float | None], conditions: Sequence[object]) -> np.ndarray:
    """Return values [runs, k] whose plain mean is that over conditions, and whose spread is that of this mean.

    Each difference moves away from the mean by the weight of its run relative to 1/n, the Taylor linearisation of
    a weighted mean (Särndal et al. 1992). Where all conditions have as many pairs, these are the differences.
    """
    values = differences.copy()
    for column, mean in enumerate(means):
        defined = ~np.isnan(differences[:, column])
        counts = collections.Counter(itertools.compress(conditions, defined))
        if mean is not None and len(set(counts.values())) > 1:
            runs = [counts[condition] for condition in itertools.compress(conditions, defined)]
            weights = defined.sum() / (len(counts) * np.array(runs))
            values[defined, column] = mean + weights * (differences[defined, column] - mean)
    return values


def _comparison(
    scores: np.ndarray,
    control: np.ndarray,
    conditions: Sequence[object],
    mean: float | None,
    interval: tuple[float, float] | None,
) -> Comparison:
    differences = scores - control
    defined = differences[~np.isnan(differences)]
    if mean is None:
        return Comparison(n=0)
    sd = float(defined.std(ddof=1)) if defined.size > 1 else 0.0
    return Comparison(
        n=defined.size,
        mean=mean,
        low=interval and interval[0],
        high=interval and interval[1],
        effect=mean / sd if defined.size > 2 and sd > 1e-12 else None,
        improvement=_improvement(scores, control, conditions),
        p=signed_rank.p_value(defined),
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
