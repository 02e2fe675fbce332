"""Summaries and paired comparisons over seeds, imbalance ratios and data sets.

Paired comparisons use every (data set, ratio, seed), within which methods share split and initial weights.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ltsei.evaluation import signed_rank, student
from ltsei.evaluation.seed_blocks import ROUNDING, Condition, Run, StandardError, standard_errors

DIGITS = 12
"""Decimals to which scores are compared: means of the same recalls in another order differ in the sixteenth."""
SIGNIFICANCE = 0.05
ROPE = 0.01
"""Difference of fractions up to which methods are practically equivalent: one point."""


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
        seeds: smallest number of pairs under a condition that has some.
        mean: over conditions of the mean difference over seeds, method minus control, so that every condition weighs
            the same also where seeds are missing; None without pairs, likewise below.
        error: standard error of the mean, with seeds as independent blocks (`seed_blocks`), which are assumed to have
            roughly normal means over conditions; None below three seeds under some condition, likewise `df` to
            `adjusted`.
        df: its degrees of freedom; None where the means of the seeds do not vary, likewise `low` to `adjusted` unless
            they are zero.
        low, high: interval of the mean by Student's t. The intervals of all comparisons with this control contain
            their true means together with a probability of at least 95 % (Bonferroni).
        effect: mean over the standard deviation of the differences between the seeds of a condition, Cohen's d_z; None
            below three seeds under some condition, or where they do not vary.
        improvement: probability that a run of the method beats one of the control under the same condition, ties
            counting half, averaged over conditions (Agarwal et al. 2021).
        p: two-sided, of Student's t; 1 where the mean of every seed is zero.
        adjusted: `p` after Bonferroni's correction for all comparisons with this control that have pairs; it is below
            .05 exactly where the interval excludes 0.
        signed_rank: two-sided p of the exact signed-rank test of the means of the seeds (`signed_rank`), which need not
            be normal; not corrected, and with n seeds never below 2 / 2ⁿ; None where p is None.
        detectable: size of a true difference that is significant after this correction with a probability of 80 %,
            for differences that vary as these do; None without a positive error.
        better, equivalent, worse: posterior probabilities that the true mean is above a region of practical
            equivalence around 0, within it, or below (Benavoli et al. 2017), not corrected for other comparisons; None
            without such a region, or without p.
    """

    n: int
    seeds: int = 0
    mean: float | None = None
    error: float | None = None
    df: float | None = None
    low: float | None = None
    high: float | None = None
    effect: float | None = None
    improvement: float | None = None
    p: float | None = None
    adjusted: float | None = None
    signed_rank: float | None = None
    detectable: float | None = None
    better: float | None = None
    equivalent: float | None = None
    worse: float | None = None


def summarise(values: Iterable[float | None]) -> Summary:
    """Return the summary of `values`; None (undefined) is skipped, never counted as 0."""
    defined = np.array([value for value in values if value is not None], dtype=np.float64)
    if not defined.size:
        return Summary(None, None, 0)
    # math.fsum: the mean of equal values is that value, whatever their number.
    mean = math.fsum(defined) / defined.size
    return Summary(mean, float(defined.std(ddof=1)) if defined.size > 1 else None, defined.size)


def compare(
    scores: np.ndarray, control: np.ndarray, runs: Sequence[Run], rope: float | None = None
) -> list[Comparison]:
    """Return the comparison of each method with the control, corrected for all that have pairs (Bonferroni).

    Args:
        scores: higher is better, NaN where undefined or missing, [runs, k methods].
        control: of the same runs, [runs].
        runs: their conditions and seeds, [runs].
        rope: half the width of the region of practical equivalence; None for scores without one.
    """
    differences = scores - control[:, None]
    errors = standard_errors(differences, runs)
    family = int((~np.isnan(differences)).any(axis=0).sum())
    comparisons = [_comparison(scores[:, method], control, runs, errors[method]) for method in range(len(errors))]
    return [
        replace(each, **_tests(each, family, estimated.means), **_equivalence(each, rope))
        for each, estimated in zip(comparisons, errors, strict=True)
    ]


def mean_over_conditions(values: np.ndarray, conditions: Sequence[Condition]) -> float | None:
    """Return the mean over conditions of the means over their defined values [runs]; None where none is defined.

    A condition without a defined value is left out.
    """
    means = [math.fsum(of_condition) / len(of_condition) for of_condition in _by_condition(values, conditions).values()]
    # math.fsum: the mean of equal values is that value, whatever their number.
    return math.fsum(means) / len(means) if means else None


def _by_condition(values: np.ndarray, conditions: Sequence[Condition]) -> dict[Condition, list[float]]:
    """Return condition -> its defined values; conditions without are left out."""
    by_condition: dict[Condition, list[float]] = {}
    for value, condition in zip(values.tolist(), conditions, strict=True):
        if not math.isnan(value):
            by_condition.setdefault(condition, []).append(value)
    return by_condition


def _comparison(scores: np.ndarray, control: np.ndarray, runs: Sequence[Run], estimated: StandardError) -> Comparison:
    differences, conditions = scores - control, [run.condition for run in runs]
    mean = mean_over_conditions(differences, conditions)
    if mean is None:
        return Comparison(n=0)
    return Comparison(
        n=int((~np.isnan(differences)).sum()),
        seeds=estimated.seeds,
        mean=mean,
        error=estimated.error,
        df=estimated.df,
        effect=None if estimated.error is None else _effect(mean, differences, conditions),
        improvement=_improvement(scores, control, conditions),
    )


def _tests(comparison: Comparison, family: int, means: Sequence[float]) -> dict[str, Any]:
    """Return the interval, every p and the detectable difference; nothing where they are undefined."""
    mean, error, df = comparison.mean, comparison.error, comparison.df
    if mean is None or error is None or (df is None and abs(mean) > ROUNDING):
        return {}
    ranked = signed_rank.p_value(np.array(means)) if means else None
    if df is None:
        return {"low": mean, "high": mean, "p": 1.0, "adjusted": 1.0, "signed_rank": ranked}
    p = student.p_value(mean, error, df)
    low, high = student.interval(mean, error, df, 1 - SIGNIFICANCE / family)
    detectable = student.detectable(error, df, SIGNIFICANCE / family)
    tests = {"p": p, "adjusted": min(1.0, family * p), "signed_rank": ranked}
    return {"low": low, "high": high, **tests, "detectable": detectable}


def _equivalence(comparison: Comparison, rope: float | None) -> dict[str, Any]:
    """Return the probabilities of being better, equivalent and worse; nothing where they are undefined."""
    mean, error, df = comparison.mean, comparison.error, comparison.df
    if rope is None or mean is None or error is None or (df is None and abs(mean) > ROUNDING):
        return {}
    better, equivalent, worse = (0.0, 1.0, 0.0) if df is None else student.probabilities(mean, error, df, rope)
    return {"better": better, "equivalent": equivalent, "worse": worse}


def _effect(mean: float, differences: np.ndarray, conditions: Sequence[Condition]) -> float | None:
    """Return the mean over the pooled standard deviation within conditions, which have several seeds each."""
    squares, df = 0.0, 0
    for of_condition in _by_condition(differences, conditions).values():
        squares += float(np.square(np.array(of_condition) - math.fsum(of_condition) / len(of_condition)).sum())
        df += len(of_condition) - 1
    sd = math.sqrt(squares / df)
    return mean / sd if sd > ROUNDING else None


def _improvement(scores: np.ndarray, control: np.ndarray, conditions: Sequence[Condition]) -> float | None:
    """Return the probability of improvement over all pairs of runs of a condition, averaged over conditions."""
    probabilities = []
    for condition in dict.fromkeys(conditions):
        runs = np.array([other == condition for other in conditions])
        ours, theirs = (values[runs][~np.isnan(values[runs])] for values in (scores, control))
        if ours.size and theirs.size:
            probabilities.append(float((np.sign(ours[:, None] - theirs).mean() + 1) / 2))
    return math.fsum(probabilities) / len(probabilities) if probabilities else None
