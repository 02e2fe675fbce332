"""Standard errors of means over conditions, with seeds as independent blocks.

Data sets that use the signals of one origin count as more conditions of it, since a seed draws the same signals there.

Assumption: the seeds of a data set are independent of each other, and the mean over conditions of a seed's differences
is roughly normal. Ratios of one seed may depend on each other in any way, since they share training signals. All seeds
draw from the same recordings and share the test signals, so a standard error describes these.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MIN_SEEDS = 3
"""Seeds under every condition from which a standard error can be used."""
ROUNDING = 1e-12
"""Standard error up to which differences vary by rounding alone."""
Condition = tuple[str, str]
"""A data set and a ratio."""


@dataclass(frozen=True, order=True)
class Run:
    """One seed under one condition.

    Attributes:
        condition: data set and ratio.
        seed: one of the independent seeds of the origin.
        origin: the data set whose signals a derived one uses; empty for its own. Data sets of one origin share seeds.
    """

    condition: Condition
    seed: int
    origin: str = ""

    @property
    def source(self) -> str:
        """The data set whose signals are used."""
        return self.origin or self.condition[0]


@dataclass(frozen=True)
class StandardError:
    """The standard error of a mean over conditions.

    Attributes:
        seeds: smallest number of seeds under a condition with values; 0 without values.
        error: 0 where the seeds do not vary; None where a condition has fewer than `MIN_SEEDS`.
        df: degrees of freedom; None without a positive error.
        means: over conditions, of each seed that has a value under every condition that has any.
    """

    seeds: int
    error: float | None
    df: float | None
    means: tuple[float, ...]


def standard_errors(differences: np.ndarray, runs: Sequence[Run]) -> list[StandardError]:
    """Return the standard error of each column's mean, in which every condition weighs the same.

    The seeds of a data set are left out one at a time (jackknife); variances of data sets add up, with the degrees of
    freedom of Welch and Satterthwaite. For one data set without missing cells, this is Student's t of the seeds' means
    over conditions, with n − 1 degrees of freedom. A seed that lacks a condition counts with the conditions that it
    has, and a data set has the degrees of freedom of its condition with the fewest seeds.

    Args:
        differences: NaN where undefined or missing, [runs, k]. A condition without a defined value does not count.
        runs: the conditions and seeds of the rows, [runs].
    """
    tables = [_table(differences, runs, source) for source in dict.fromkeys(run.source for run in runs)]
    counts = [(~np.isnan(table)).sum(axis=1) for table in tables]
    fewest = [np.where(each > 0, each, np.inf).min(axis=0) for each in counts]
    conditions = np.sum([(each > 0).sum(axis=0) for each in counts], axis=0)
    variances = [_jackknife(table, each) for table, each in zip(tables, counts, strict=True)]
    return [
        StandardError(
            int(min(each[k] for each in fewest)) if conditions[k] else 0,
            *_error_and_df([each[k] for each in variances], [each[k] for each in fewest], conditions[k]),
            tuple(mean for table in tables for mean in _complete_means(table[:, :, k])),
        )
        for k in range(differences.shape[1])
    ]


def _error_and_df(
    variances: Sequence[float], fewest: Sequence[float], conditions: int
) -> tuple[float | None, float | None]:
    """Return the standard error and its degrees of freedom, from variance and fewest seeds of each data set."""
    if not conditions or min(fewest) < MIN_SEEDS:
        return None, None
    error = math.sqrt(math.fsum(variances)) / conditions
    if error <= ROUNDING:
        return 0.0, None
    parts = [variance**2 / (n - 1) for variance, n in zip(variances, fewest, strict=True)]
    return error, float(math.fsum(variances) ** 2 / math.fsum(parts))


def _complete_means(table: np.ndarray) -> list[float]:
    """Return the means of those seeds that have every condition with values, [conditions, seeds] -> [seeds]."""
    counted = table[~np.isnan(table).all(axis=1)]
    complete = ~np.isnan(counted).any(axis=0)
    means: list[float] = counted[:, complete].mean(axis=0).tolist() if counted.size else []
    return means


def _table(differences: np.ndarray, runs: Sequence[Run], source: str) -> np.ndarray:
    """Return the differences of all runs on the signals of a data set, [conditions, seeds, k], NaN where missing."""
    rows = [(place, run) for place, run in enumerate(runs) if run.source == source]
    conditions = {condition: index for index, condition in enumerate(dict.fromkeys(run.condition for _, run in rows))}
    seeds = {seed: index for index, seed in enumerate(dict.fromkeys(run.seed for _, run in rows))}
    table = np.full((len(conditions), len(seeds), differences.shape[1]), np.nan)
    for place, run in rows:
        table[conditions[run.condition], seeds[run.seed]] = differences[place]
    return table


def _jackknife(table: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the variance of the sum over conditions of the means over seeds, [k]; 0 below two seeds."""
    defined = ~np.isnan(table)
    rest = np.where(defined, table, 0).sum(axis=1, keepdims=True) - np.where(defined, table, 0)
    left = counts[:, None] - defined
    sums = (rest / np.maximum(left, 1)).sum(axis=0)
    blocks = defined.any(axis=0)
    n = blocks.sum(axis=0)
    gaps = np.where(blocks, sums - np.where(blocks, sums, 0).sum(axis=0) / np.maximum(n, 1), 0)
    variance: np.ndarray = (gaps**2).sum(axis=0) * (n - 1) / np.maximum(n, 1)
    return variance
