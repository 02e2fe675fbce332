"""How much validation from outside the long-tailed set, and a choice on the test part, flatter each method.

Both are compared by balanced accuracy. The first is an oracle, the second is forbidden, and computed for this
comparison alone.
"""

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ltsei.evaluation.statistics import Comparison
from ltsei.report.cell_result import CellResult
from ltsei.report.paired import against_zero
from ltsei.report.ranking import standings
from ltsei.report.scopes import Scope

METRIC = "balanced_accuracy"


@dataclass(frozen=True)
class OfOracle:
    """A method on a data set and on its oracle.

    Attributes:
        method: name of the method.
        mean, oracle_mean: of the runs that both have, over conditions and seeds.
        place, oracle_place: by these means, 1 is best.
        comparison: of the differences, oracle minus honest, corrected for all methods of the table.
    """

    method: str
    mean: float | None
    oracle_mean: float | None
    place: int | None
    oracle_place: int | None
    comparison: Comparison


@dataclass(frozen=True)
class OracleComparison:
    """A data set, its oracle, and every method on both."""

    dataset: str
    oracle: str
    rows: Sequence[OfOracle]

    @property
    def moved(self) -> int:
        """Number of methods with another place."""
        return sum(row.place != row.oracle_place for row in self.rows)

    @property
    def largest(self) -> int:
        """The largest change of a place."""
        pairs = ((row.place, row.oracle_place) for row in self.rows)
        return max((abs(one - other) for one, other in pairs if one and other), default=0)


@dataclass(frozen=True)
class OnTest:
    """A method on a data set whose trial or parameter is chosen on validation, or on the test part.

    Attributes:
        dataset: name of the data set.
        method: name of the method.
        among: ``trials`` or ``parameters``.
        mean, on_test: balanced accuracy of the choice on validation and on the test part, over conditions and seeds.
        comparison: of the differences, on test minus on validation, corrected for all methods on this data set.
    """

    dataset: str
    method: str
    among: str
    mean: float
    on_test: float
    comparison: Comparison


@functools.cache
def oracle_comparisons(scope: Scope) -> tuple[OracleComparison, ...]:
    """Return the comparison of each data set of a scope with its oracle."""
    pairs = [pair for pair in scope.results.protocols if set(pair) <= {dataset for dataset, _ in scope.conditions}]
    compared = (OracleComparison(*pair, _of_oracle(scope, *pair)) for pair in pairs)
    return tuple(each for each in compared if each.rows)


def _of_oracle(scope: Scope, dataset: str, oracle: str) -> list[OfOracle]:
    """Return the methods that both data sets have (`_counts`), in the order of their places on the first."""
    both = _common(scope, dataset, oracle)
    honest, of_oracle = _sub_scope(scope, dataset, both), _sub_scope(scope, oracle, both.values())
    differences: dict[str, dict[CellResult, float]] = {}
    for cell, other in both.items():
        difference = (other.value(METRIC) or 0.0) - (cell.value(METRIC) or 0.0)
        differences.setdefault(cell.files.method, {})[cell] = difference
    compared = against_zero(differences)
    there = {each.method.name: each for each in standings(of_oracle, METRIC)}
    return [
        OfOracle(
            method=each.method.name,
            mean=each.mean,
            oracle_mean=there[each.method.name].mean,
            place=each.place,
            oracle_place=there[each.method.name].place,
            comparison=compared[each.method.name],
        )
        for each in standings(honest, METRIC)
        if each.method.name in compared
    ]


def _common(scope: Scope, dataset: str, oracle: str) -> Mapping[CellResult, CellResult]:
    """Return each run on a data set -> the same run on its oracle, where both have a value."""
    others = {
        _run(cell): cell for cell in scope.cells if cell.files.dataset == oracle and cell.value(METRIC) is not None
    }
    cells = (cell for cell in scope.cells if cell.files.dataset == dataset and _counts(scope, cell))
    return {cell: others[_run(cell)] for cell in cells if cell.value(METRIC) is not None and _run(cell) in others}


def _counts(scope: Scope, cell: CellResult) -> bool:
    """Return whether a method counts: aliases do not, nor tuned versions of which nothing was searched."""
    searched = bool(cell.files.searches) or not cell.files.untuned
    return searched and cell.files.method in scope.distinct


def _run(cell: CellResult) -> tuple[object, ...]:
    return cell.files.ir, cell.files.seed, cell.files.method


def _sub_scope(scope: Scope, dataset: str, cells: Iterable[CellResult]) -> Scope:
    conditions = [condition for condition in scope.conditions if condition[0] == dataset]
    return dataclasses.replace(scope, conditions=conditions, cells=list(cells))


@functools.cache
def selections_on_test(scope: Scope) -> tuple[OnTest, ...]:
    """Return what a choice on the test part would have given each method, on each data set of a scope."""
    datasets = dict.fromkeys(dataset for dataset, _ in scope.conditions)
    return tuple(row for dataset in datasets for row in _on_test(scope, dataset))


def _on_test(scope: Scope, dataset: str) -> Iterator[OnTest]:
    cells: dict[str, list[CellResult]] = {}
    for cell in scope.cells:
        if cell.files.dataset == dataset and cell.selection and _counts(scope, cell):
            cells.setdefault(cell.files.method, []).append(cell)
    differences = {
        method: {cell: cell.selection["on_test"] - cell.selection["chosen"] for cell in of_method}
        for method, of_method in cells.items()
    }
    for method, comparison in against_zero(differences).items():
        means = _mean_over_conditions(cells[method], "chosen"), _mean_over_conditions(cells[method], "on_test")
        yield OnTest(dataset, method, cells[method][0].selection["among"], *means, comparison)


def _mean_over_conditions(cells: Sequence[CellResult], name: str) -> float:
    values: dict[tuple[str, str], list[float]] = {}
    for cell in cells:
        values.setdefault(cell.condition, []).append(cell.selection[name])
    means = [sum(each) / len(each) for each in values.values()]
    return sum(means) / len(means)
