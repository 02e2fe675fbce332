"""The statistics of one metric in a scope: a Friedman test of all methods, and comparisons with the control."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ltsei.evaluation import rank_tests, statistics
from ltsei.evaluation.metric_labels import metric
from ltsei.evaluation.rank_tests import Friedman
from ltsei.evaluation.statistics import SIGNIFICANCE, Comparison
from ltsei.report.cell_result import CellResult, Condition
from ltsei.report.run_scores import comparisons, condition_means, run_scores
from ltsei.report.scopes import Scope


@dataclass(frozen=True)
class Analysis:
    """The statistics of one metric in one scope.

    Attributes:
        ranked: methods with a value under every condition that counts, whose average ranks can be compared. A
            condition counts if some method has a value there (`Scope.conditions_of`).
        average_ranks: method of `ranked` -> average rank, 1 is best: over data sets, by the means over their
            conditions, or over the conditions of a single data set. Empty below three methods or two conditions.
        friedman: test of the average ranks; None without them, and for a single data set, whose conditions are not
            independent.
        cliques: groups of `ranked` whose average ranks do not differ significantly, best first.
        comparisons: method -> its comparison with the control, which is left out itself. A method without a pair
            under some condition that counts has none, since its mean would cover fewer conditions than the others'.
    """

    ranked: Sequence[str]
    average_ranks: Mapping[str, float]
    friedman: Friedman | None
    cliques: Sequence[Sequence[str]]
    comparisons: Mapping[str, Comparison]

    @property
    def ranks_tested(self) -> bool:
        """Whether the average ranks come with a test: there are several data sets. Without, no diagram of them."""
        return self.friedman is not None

    @property
    def pairs(self) -> int:
        """The largest number of pairs in a comparison."""
        return max((comparison.n for comparison in self.comparisons.values()), default=0)

    @property
    def seeds(self) -> int:
        """The largest number of seeds that a comparison has under all its conditions."""
        return max((comparison.seeds for comparison in self.comparisons.values()), default=0)

    @property
    def compared(self) -> list[str]:
        """The methods that share a pair with the control."""
        return [method for method, comparison in self.comparisons.items() if comparison.n]


def analyse(scope: Scope, name: str) -> Analysis:
    """Return the statistics of the metric `name` in a scope; blocks with the same cells and control share them."""
    return _analyse(tuple(scope.cells), tuple(scope.conditions_of(name)), tuple(scope.distinct), scope.control, name)


@functools.cache
def _analyse(
    cells: tuple[CellResult, ...],
    conditions: tuple[Condition, ...],
    methods: tuple[str, ...],
    control: str,
    name: str,
) -> Analysis:
    runs, scores = run_scores(cells, methods, name)
    means = condition_means(runs, scores, conditions)
    complete = np.flatnonzero(~np.isnan(means).any(axis=0)) if means.size else np.array([], dtype=int)
    ranked = [methods[index] for index in complete.tolist()]
    sources = {run.condition: run.source for run in runs}
    origins = [sources[condition] for condition in conditions]
    rows = _rank_rows(means[:, complete], origins)
    can_rank = len(ranked) >= 3 and len(rows) >= 2
    test = rank_tests.friedman(rows) if can_rank and len(set(origins)) > 1 else None
    groups = rank_tests.cliques(test.ranks, test.critical_difference) if test else []
    others = [method for method in methods if method != control] if runs and control in methods else []
    rope = statistics.ROPE if metric(name).unit == "fraction" else None
    compared = comparisons(runs, scores, conditions, methods.index(control), rope) if others else []
    return Analysis(
        ranked=ranked,
        average_ranks=dict(zip(ranked, rank_tests.average_ranks(rows), strict=True)) if can_rank else {},
        friedman=test,
        cliques=[[ranked[index] for index in group] for group in groups],
        comparisons={method: _in_its_direction(each, name) for method, each in zip(others, compared, strict=True)},
    )


def _rank_rows(means: np.ndarray, origins: Sequence[str]) -> np.ndarray:
    """Return the rows by which methods are ranked: of each data set, or of each condition of a single one.

    Args:
        means: of the methods, [conditions, methods].
        origins: the data set whose signals each condition uses; derived data sets count as conditions of it.
    """
    if len(set(origins)) < 2:
        return means
    rows = [means[[each == origin for each in origins]].mean(axis=0) for origin in dict.fromkeys(origins)]
    return np.round(rows, statistics.DIGITS)


def is_significant(comparison: Comparison) -> bool:
    """Return whether a method differs significantly from the control, after correction for all comparisons."""
    return comparison.adjusted is not None and comparison.adjusted < SIGNIFICANCE


def _in_its_direction(comparison: Comparison, name: str) -> Comparison:
    """Return a comparison of scores as one of the metric itself, which may be better when lower."""
    if metric(name).better != "low" or comparison.mean is None:
        return comparison
    turned = {"mean": -comparison.mean, "effect": None if comparison.effect is None else -comparison.effect}
    if comparison.low is not None and comparison.high is not None:
        turned |= {"low": -comparison.high, "high": -comparison.low}
    return Comparison(**{**vars(comparison), **turned})
