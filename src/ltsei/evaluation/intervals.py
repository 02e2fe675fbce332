"""Confidence intervals of means of paired differences."""

import math
import warnings

import numpy as np

from ltsei.numerics import seeds

CONFIDENCE = 0.95
RESAMPLES = 9999
BOOTSTRAP_FROM = 10
"""Pairs from which the bootstrap is used: its interval covers .84 of normal differences with five, .90 with ten."""


def intervals(differences: np.ndarray) -> list[tuple[float, float] | None]:
    """Return the 95 % interval of the mean of each column [runs, k]; None below two values.

    NaN is left out. Columns with the same runs are resampled together.
    """
    defined = ~np.isnan(differences)
    of_columns: list[tuple[float, float] | None] = [None] * differences.shape[1]
    for runs in np.unique(defined, axis=1).T:
        columns = np.flatnonzero((defined == runs[:, None]).all(axis=0))
        if runs.sum() > 1:
            low, high = _interval(differences[np.ix_(runs, columns)])
            for column, *interval in zip(columns.tolist(), low.tolist(), high.tolist(), strict=True):
                of_columns[column] = (interval[0], interval[1])
    return of_columns


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
