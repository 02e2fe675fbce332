"""Every tuned method beside the same method with its default recipe."""

import functools
from dataclasses import dataclass

from ltsei.evaluation.statistics import Comparison
from ltsei.report import wall_time
from ltsei.report.cell_result import CellResult
from ltsei.report.paired import against_zero
from ltsei.report.scopes import Scope


@dataclass(frozen=True)
class TunedOrDefault:
    """A method with and without tuning under some conditions.

    Attributes:
        method: name of the method with its default recipe.
        tuned: name of its tuned version.
        default_mean, tuned_mean: of the metric, None where undefined.
        comparison: of the differences, tuned minus default, corrected for all methods with trials; None without any,
            since nothing of the method varies.
        trials: of a cell of the tuned version, those of what it builds on included.
        default_seconds, tuned_seconds: mean wall time of a cell, of the tuned version with all its trials.
    """

    method: str
    tuned: str
    default_mean: float | None
    tuned_mean: float | None
    comparison: Comparison | None
    trials: int
    default_seconds: float | None
    tuned_seconds: float | None


def tuned_versions(scope: Scope) -> dict[str, str]:
    """Return the methods of a scope that it also has tuned -> the tuned version."""
    names = {method.name for method in scope.methods}
    pairs = {cell.files.untuned: cell.files.method for cell in scope.cells if cell.files.untuned in names}
    return {method: pairs[method] for method in (each.name for each in scope.methods) if method in pairs}


@functools.cache
def tuned_or_default(scope: Scope, name: str) -> tuple[TunedOrDefault, ...]:
    """Return a row for each method of a scope with a tuned version, about one metric; none without trials."""
    pairs = tuned_versions(scope)
    if not any(cell.searches for cell in scope.cells):
        return ()
    cells = {(cell.condition, cell.files.seed, cell.files.method): cell for cell in scope.cells}
    searched = {cell.files.untuned for cell in scope.cells if cell.files.searches}
    differences: dict[str, dict[CellResult, float]] = {method: {} for method in pairs if method in searched}
    for (condition, seed, method), cell in cells.items():
        tuned = cells.get((condition, seed, pairs.get(method, "")))
        before, after = cell.value(name), tuned.value(name) if tuned else None
        if method in differences and before is not None and after is not None:
            differences[method][cell] = after - before
    compared = against_zero(differences)
    return tuple(_row(scope, name, method, tuned, compared.get(method)) for method, tuned in pairs.items())


def _row(scope: Scope, name: str, method: str, tuned: str, comparison: Comparison | None) -> TunedOrDefault:
    return TunedOrDefault(
        method=method,
        tuned=tuned,
        default_mean=scope.mean(name, method),
        tuned_mean=scope.mean(name, tuned),
        comparison=comparison,
        trials=max(trials_of(cell) for cell in scope.cells if cell.files.method == tuned),
        default_seconds=wall_time.mean_seconds(scope.cells, method),
        tuned_seconds=wall_time.mean_seconds(scope.cells, tuned),
    )


def trials_of(cell: CellResult) -> int:
    """Return the number of trials on which a cell depends."""
    return sum(len(search.trials) for search in cell.searches)
