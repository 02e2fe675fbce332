"""Scopes: the cells of a block under one condition or under all of them. Every table and chart is about one scope."""

import dataclasses
import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ltsei.core.run_seeds import RunSeed
from ltsei.evaluation import metric_labels
from ltsei.evaluation.statistics import DIGITS, Summary, summarise
from ltsei.report.cell_result import CellResult, Condition
from ltsei.report.independent_seeds import by_seed, independent_seeds
from ltsei.report.matrix_results import Block, MatrixResults
from ltsei.report.methods import Method

NOTHING = Summary(None, None, 0)
Key = tuple[str, str, str]
"""(dataset, ir, method): the seeds of one method under one condition."""


@dataclass(frozen=True, eq=False)
class Scope:
    """The cells of a block under one condition or all.

    Attributes:
        results: of the whole matrix.
        block: an experiment, or the whole report.
        condition: the only one; None for all conditions of the block.
        conditions: those of the scope, in the order of the matrix.
        cells: of the block under these conditions.
    """

    results: MatrixResults
    block: Block
    condition: Condition | None
    conditions: Sequence[Condition]
    cells: Sequence[CellResult]

    @cached_property
    def methods(self) -> list[Method]:
        """The methods with a cell in the scope, aliases included, in the order of the report."""
        planned = {cell.files.method for cell in self.cells}
        return [method for method in self.results.methods if method.name in planned]

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Method -> the first method of the scope with the same results, by default itself."""
        first: dict[str, str] = {}
        return {cell.files.method: first.setdefault(cell.results_of, cell.files.method) for cell in self.cells}

    @cached_property
    def distinct(self) -> list[str]:
        """The names of the methods that are neither aliases nor oracles, in order of appearance; these are tested."""
        return [name for name in dict.fromkeys(self.aliases.values()) if name not in self.oracle_methods]

    @cached_property
    def oracle_methods(self) -> frozenset[str]:
        """The names of the methods that train on signals from outside the long-tailed set: bounds without a place."""
        return frozenset(method.name for method in self.methods if method.is_oracle)

    @property
    def control(self) -> str:
        """The name of the method with which the others are compared; it need not be in the scope."""
        return self.aliases.get(self.block.control, self.block.control)

    @cached_property
    def by_method(self) -> Mapping[Key, list[CellResult]]:
        """(dataset, ir, method) -> its cells, one per seed."""
        return cells_by_method(self.cells)

    @cached_property
    def independent_seeds(self) -> Mapping[RunSeed, int]:
        """Seed -> the independent seed that it belongs to (`run_seeds.independent`)."""
        return independent_seeds(self.cells)

    @functools.cache  # noqa: B019 (a scope lives as long as its report)
    def summaries(self, metric: str) -> Mapping[Key, Summary]:
        """Return (dataset, ir, method) -> summary of a metric over independent seeds."""
        return {
            key: summarise(by_seed(cells, self.independent_seeds, metric).values())
            for key, cells in self.by_method.items()
        }

    def summary(self, metric: str, condition: Condition, method: str) -> Summary:
        """Return the summary of a metric over seeds, an empty one where the scope has no such cells."""
        return self.summaries(metric).get((*condition, method), NOTHING)

    @functools.cache  # noqa: B019 (a scope lives as long as its report)
    def conditions_of(self, *metrics: str) -> Sequence[Condition]:
        """Return the conditions under which each of `metrics` has a value of some method; only these count for it.

        Where no class is few, for instance, few-shot accuracy is undefined whatever the method.
        """
        defined = [{key[:2] for key, each in self.summaries(metric).items() if each.n} for metric in metrics]
        return [condition for condition in self.conditions if all(condition in each for each in defined)]

    def mean(self, metric: str, method: str, conditions: Sequence[Condition] | None = None) -> float | None:
        """Return the mean over conditions of the means over seeds; None unless all of them are defined.

        `conditions` are by default those that count for the metric. Each weighs the same, whatever its seeds.
        """
        counting = self.conditions_of(metric) if conditions is None else conditions
        means = [self.summary(metric, condition, method).mean for condition in counting]
        defined = [mean for mean in means if mean is not None]
        return round(math.fsum(defined) / len(defined), DIGITS) if defined and len(defined) == len(means) else None

    @cached_property
    def _members(self) -> set[CellResult]:
        return set(self.cells)

    def contains(self, cell: CellResult) -> bool:
        """Return whether a cell belongs to the scope."""
        return cell in self._members

    def has_results(self, condition: Condition, method: str) -> bool:
        """Return whether some seed is done; a method without results is missing, not undefined."""
        return any(cell.metrics is not None for cell in self.by_method.get((*condition, method), ()))


@functools.cache
def scopes(results: MatrixResults) -> tuple[Scope, ...]:
    """Return the scopes of a report: each block under all its conditions, and if it has several under each."""
    return tuple(scope for block in results.blocks for scope in _scopes_of(results, block))


def whole(results: MatrixResults) -> Scope:
    """Return the scope of everything that is reported on."""
    return scopes(results)[0]


@functools.cache
def against(scope: Scope, control: str) -> Scope:
    """Return the same cells, compared with another control."""
    return dataclasses.replace(scope, block=dataclasses.replace(scope.block, control=control))


@functools.cache
def pair(scope: Scope, method: str, control: str) -> Scope:
    """Return the cells of two methods alone, so that their comparison needs no correction for others."""
    cells = [cell for cell in scope.cells if cell.files.method in (method, control)]
    return dataclasses.replace(against(scope, control), cells=cells)


def metric_names(cells: Iterable[CellResult]) -> list[str]:
    """Return every metric that a cell has, in the order in which the report offers them."""
    return metric_labels.ordered(name for cell in cells for name in cell.metrics or ())


def cells_by_method(cells: Iterable[CellResult]) -> dict[Key, list[CellResult]]:
    """Return (dataset, ir, method) -> its cells, one per seed."""
    groups: dict[Key, list[CellResult]] = {}
    for cell in cells:
        groups.setdefault((*cell.condition, cell.files.method), []).append(cell)
    return groups


def _scopes_of(results: MatrixResults, block: Block) -> list[Scope]:
    cells = [cell for cell in results.cells if not block.name or block.name in cell.files.blocks]
    conditions = [each for each in results.conditions if any(cell.condition == each for cell in cells)]
    alone = [
        Scope(results, block, condition, [condition], [cell for cell in cells if cell.condition == condition])
        for condition in conditions
    ]
    return [Scope(results, block, None, conditions, cells), *(alone if len(alone) > 1 else [])]
