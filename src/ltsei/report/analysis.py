"""The statistics of one metric in a scope: a Friedman test of all methods, and comparisons with the control."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ltsei.evaluation import rank_tests, signed_rank, statistics
from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.rank_tests import Friedman
from ltsei.evaluation.statistics import SIGNIFICANCE, Comparison
from ltsei.report.cell_result import CellResult, Condition
from ltsei.report.scopes import Scope

Run = tuple[Condition, int]
"""A condition and a seed."""


@dataclass(frozen=True)
class Analysis:
    """The statistics of one metric in one scope.

    Attributes:
        ranked: methods with a value under every condition, whose ranks the Friedman test compares.
        friedman: None below three such methods or two conditions.
        cliques: groups of `ranked` whose average ranks do not differ significantly, best first.
        comparisons: method -> its comparison with the control, which is left out itself. A method without a value
            under some condition has no pairs, since its mean would cover fewer conditions than that of the others.
        smallest_p: the smallest p that this many pairs can reach, after Holm's correction; None without pairs.
    """

    ranked: Sequence[str]
    friedman: Friedman | None
    cliques: Sequence[Sequence[str]]
    comparisons: Mapping[str, Comparison]
    smallest_p: float | None

    @property
    def average_ranks(self) -> dict[str, float]:
        """Method -> average rank, 1 is best; empty without a Friedman test."""
        return dict(zip(self.ranked, self.friedman.ranks, strict=True)) if self.friedman else {}

    @property
    def pairs(self) -> int:
        """The largest number of pairs in a comparison."""
        return max((comparison.n for comparison in self.comparisons.values()), default=0)

    @property
    def compared(self) -> list[str]:
        """The methods that share a pair with the control."""
        return [method for method, comparison in self.comparisons.items() if comparison.n]


def analyse(scope: Scope, name: str) -> Analysis:
    """Return the statistics of the metric `name` in a scope; blocks with the same cells and control share them."""
    return _analyse(tuple(scope.cells), tuple(scope.conditions), tuple(scope.distinct), scope.control, name)


@functools.cache
def _analyse(
    cells: tuple[CellResult, ...],
    conditions: tuple[Condition, ...],
    methods: tuple[str, ...],
    control: str,
    name: str,
) -> Analysis:
    runs, scores = _scores(cells, methods, name)
    means = _means(runs, scores, conditions)
    complete = np.flatnonzero(~np.isnan(means).any(axis=0)) if means.size else np.array([], dtype=int)
    ranked = [methods[index] for index in complete.tolist()]
    test = rank_tests.friedman(means[:, complete]) if ranked else None
    groups = rank_tests.cliques(test.ranks, test.critical_difference) if test else []
    scores = np.where(np.isnan(means).any(axis=0), np.nan, scores) if runs else scores
    comparisons = _comparisons(runs, scores, methods, control)
    pairs = max((comparison.n for comparison in comparisons.values()), default=0)
    family = sum(comparison.n > 0 for comparison in comparisons.values())
    return Analysis(
        ranked=ranked,
        friedman=test,
        cliques=[[ranked[index] for index in group] for group in groups],
        comparisons={method: _in_its_direction(comparison, name) for method, comparison in comparisons.items()},
        smallest_p=min(1.0, family * signed_rank.smallest_p(pairs)) if pairs else None,
    )


def is_significant(comparison: Comparison) -> bool:
    """Return whether a method differs significantly from the control, after Holm's correction."""
    return comparison.adjusted is not None and comparison.adjusted < SIGNIFICANCE


def _scores(cells: Sequence[CellResult], methods: Sequence[str], name: str) -> tuple[list[Run], np.ndarray]:
    """Return the runs, sorted, and the scores [runs, methods], higher is better, NaN where undefined or missing."""
    values = {(cell.condition, cell.files.seed, cell.files.method): cell.value(name) for cell in cells}
    runs = sorted(dict.fromkeys((condition, seed) for condition, seed, _ in values))
    sign = -1.0 if metric(name).better == "low" else 1.0
    table = [[values.get((*run, method)) for method in methods] for run in runs]
    scores = np.array([[np.nan if v is None else sign * v for v in row] for row in table], dtype=np.float64)
    return runs, np.round(scores.reshape(len(runs), len(methods)), statistics.DIGITS)


def _means(runs: Sequence[Run], scores: np.ndarray, conditions: Sequence[Condition]) -> np.ndarray:
    """Return means over seeds [conditions, methods]; NaN where a method has no defined seed."""
    rows = []
    for condition in conditions:
        seeds = scores[[index for index, run in enumerate(runs) if run[0] == condition]]
        counts = (~np.isnan(seeds)).sum(axis=0)
        rows.append(np.where(counts > 0, np.nansum(seeds, axis=0) / np.maximum(counts, 1), np.nan))
    return np.round(np.array(rows), statistics.DIGITS)


def _comparisons(
    runs: Sequence[Run], scores: np.ndarray, methods: Sequence[str], control: str
) -> dict[str, Comparison]:
    if not runs or control not in methods:
        return {}
    reference = methods.index(control)
    others = [index for index in range(len(methods)) if index != reference]
    comparisons = statistics.compare(scores[:, others], scores[:, reference], [condition for condition, _ in runs])
    return {methods[index]: comparison for index, comparison in zip(others, comparisons, strict=True)}


def _in_its_direction(comparison: Comparison, name: str) -> Comparison:
    """Return a comparison of scores as one of the metric itself, which may be better when lower."""
    if metric(name).better != "low" or comparison.mean is None:
        return comparison
    turned = {"mean": -comparison.mean, "effect": None if comparison.effect is None else -comparison.effect}
    if comparison.low is not None and comparison.high is not None:
        turned |= {"low": -comparison.high, "high": -comparison.low}
    return Comparison(**{**vars(comparison), **turned})
