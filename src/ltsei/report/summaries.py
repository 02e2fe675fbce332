"""Cells to numbers that tables and charts show: summaries over seeds, means over conditions, wall time."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ltsei.evaluation.statistics import DIGITS, Summary, summarise
from ltsei.report.cell_result import CellResult
from ltsei.report.results import Results
from ltsei.report.words import ordered
from ltsei.runtime import timings
from ltsei.runtime.timings import Timing


def metric_names(cells: Iterable[CellResult]) -> list[str]:
    """Return every metric that a cell has, in the order in which they are offered."""
    return ordered(name for cell in cells for name in cell.metrics or ())


def summaries(cells: Sequence[CellResult], name: str) -> dict[tuple[str, str, str], Summary]:
    """Return (dataset, ir, method) -> summary over seeds of a metric."""
    return {key: summarise(values_by_seed(group, name).values()) for key, group in by_method(cells).items()}


def done(cells: Iterable[CellResult]) -> set[tuple[str, str, str]]:
    """Return the (dataset, ir, method) of which some cell is done; what is not is missing, not undefined."""
    return {(*cell.condition, cell.files.method) for cell in cells if cell.metrics is not None}


def values_by_seed(cells: Iterable[CellResult], name: str) -> dict[int, float | None]:
    """Return seed -> value of a metric; None where it is undefined or the cell is missing."""
    return {cell.files.seed: (cell.metrics or {}).get(name) for cell in cells}


def mean_over(findings: Results, method: str, name: str) -> float | None:
    """Return the mean of a metric over all conditions, each a mean over seeds; None unless all are defined."""
    found = summaries([cell for cell in findings.cells if cell.files.method == method], name)
    means = [found.get((*condition, method), Summary(None, None, 0)).mean for condition in findings.conditions]
    defined = [mean for mean in means if mean is not None]
    return round(math.fsum(defined) / len(defined), DIGITS) if defined and len(defined) == len(means) else None


def mean_cost(cells: Iterable[CellResult], method: str) -> float | None:
    """Return the mean wall time in seconds of a method's cells, shared stages included; None where none is known."""
    return summarise(cell.seconds for cell in cells if cell.files.method == method and cell.metrics).mean


def by_method(cells: Iterable[CellResult]) -> dict[tuple[str, str, str], list[CellResult]]:
    """Return (dataset, ir, method) -> its cells, one a seed."""
    groups: dict[tuple[str, str, str], list[CellResult]] = {}
    for cell in cells:
        groups.setdefault((*cell.condition, cell.files.method), []).append(cell)
    return groups


@dataclass(frozen=True)
class WallTime:
    """What one method's jobs took.

    Attributes:
        seconds: stage -> sum over the jobs that the method owns.
        shared: stage -> method whose work it uses instead.
        jobs: number of jobs it owns.
        peak_memory_mb: the largest of its jobs.
    """

    seconds: Mapping[str, float]
    shared: Mapping[str, str]
    jobs: int
    peak_memory_mb: float | None


def wall_times(cells: Sequence[CellResult]) -> dict[str, WallTime]:
    """Return method -> wall time; a job that several methods share counts once, for its owner.

    Owners which are not among the methods of `cells` come last, the data that all share under an empty name.
    """
    jobs = dict.fromkeys(job for cell in cells for job in cell.files.benchmarks)
    measured = {path: timings.read(path) for _, _, path in jobs}
    used = {(cell.files.method, stage): owner for cell in cells for stage, owner, _ in cell.files.benchmarks if owner}
    methods = dict.fromkeys([*(cell.files.method for cell in cells), *(owner for _, owner, _ in jobs)])
    owned: dict[str, list[tuple[str, Timing | None]]] = {method: [] for method in methods}
    for stage, owner, path in jobs:
        owned[owner].append((stage, measured[path]))
    shared: dict[str, dict[str, str]] = {method: {} for method in methods}
    for (user, stage), owner in used.items():
        if user != owner:
            shared[user][stage] = owner
    return {method: _wall_time(owned[method], shared[method]) for method in methods}


def _wall_time(jobs: Iterable[tuple[str, Timing | None]], shared: Mapping[str, str]) -> WallTime:
    done = [(stage, found) for stage, found in jobs if found is not None]
    seconds: dict[str, float] = {}
    for stage, found in done:
        seconds[stage] = seconds.get(stage, 0.0) + found.seconds
    memory = [found.memory_mb for _, found in done if found.memory_mb is not None]
    return WallTime(seconds, shared, len(done), max(memory, default=None))
