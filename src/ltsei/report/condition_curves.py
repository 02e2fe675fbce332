"""Scores under conditions of the test part: means over seeds for each method, condition and level."""

from collections.abc import Iterator
from dataclasses import dataclass

from ltsei.evaluation.metric_labels import PRIOR
from ltsei.evaluation.statistics import Summary, summarise
from ltsei.report.cell_result import CellResult
from ltsei.report.independent_seeds import means_by_seed
from ltsei.report.methods import Method
from ltsei.report.scopes import Scope, metric_names


@dataclass(frozen=True)
class Point:
    """A metric of one method at one level: its mean and spread over independent seeds."""

    method: Method
    level: float
    summary: Summary


def test_conditions(scope: Scope) -> list[str]:
    """Return the conditions under which some cell of a scope was tested."""
    return list(dict.fromkeys(row["condition"] for cell in scope.cells for row in cell.test_conditions))


def test_priors(scope: Scope) -> list[str]:
    """Return the priors under which some cell of a scope has an accuracy, as configured."""
    return [name.removeprefix(PRIOR) for name in metric_names(scope.cells) if name.startswith(PRIOR)]


def points(scope: Scope, condition: str, metric: str) -> Iterator[Point]:
    """Yield the points of each method, levels in ascending order; `scope` has one data set and one ratio."""
    for method in scope.methods:
        cells = scope.by_method.get((*scope.conditions[0], method.name), [])
        levels = {row["level"] for cell in cells for row in cell.test_conditions if row["condition"] == condition}
        for level in sorted(levels):
            scores = [(cell.files.seed, _score(cell, condition, level, metric)) for cell in cells]
            summary = summarise(means_by_seed(scores, scope.independent_seeds).values())
            if summary.n:
                yield Point(method, level, summary)


def _score(cell: CellResult, condition: str, level: float, metric: str) -> float | None:
    rows = (row for row in cell.test_conditions if (row["condition"], row["level"]) == (condition, level))
    return next((row[metric] for row in rows), None)
