"""What the results cost: wall time and parameters per method."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ltsei.evaluation.statistics import summarise
from ltsei.report.cell_result import CellResult
from ltsei.runtime import timings
from ltsei.runtime.timings import Timing


def mean_seconds(cells: Iterable[CellResult], method: str) -> float | None:
    """Return the mean wall time of a method's finished cells, shared stages included; None where none is known."""
    return summarise(cell.seconds for cell in cells if cell.files.method == method and cell.metrics).mean


def mean_parameters(cells: Iterable[CellResult], method: str) -> float | None:
    """Return the mean number of parameters of a method's finished cells; None where none is known."""
    return summarise(cell.value("num_parameters") for cell in cells if cell.files.method == method).mean


@dataclass(frozen=True)
class WallTime:
    """The measured jobs of one method.

    Attributes:
        seconds: stage -> sum over the jobs that the method owns.
        shared: stage -> the method whose work it uses instead.
        jobs: number of jobs it owns.
        peak_memory_mb: the largest of its jobs.
    """

    seconds: Mapping[str, float]
    shared: Mapping[str, str]
    jobs: int
    peak_memory_mb: float | None


def wall_times(cells: Sequence[CellResult]) -> dict[str, WallTime]:
    """Return method -> wall time; a job that several methods share counts once, for its owner.

    Owners that are not methods of `cells` come last; the preparation of data, shared by all, has an empty name.
    """
    jobs = dict.fromkeys(job for cell in cells for job in cell.files.benchmarks)
    used = {(cell.files.method, stage): owner for cell in cells for stage, owner, _ in cell.files.benchmarks if owner}
    methods = dict.fromkeys([*(cell.files.method for cell in cells), *(owner for _, owner, _ in jobs)])
    owned: dict[str, list[tuple[str, Timing | None]]] = {method: [] for method in methods}
    for stage, owner, path in jobs:
        owned[owner].append((stage, timings.read(path)))
    shared: dict[str, dict[str, str]] = {method: {} for method in methods}
    for (user, stage), owner in used.items():
        if user != owner:
            shared[user][stage] = owner
    return {method: _wall_time(owned[method], shared[method]) for method in methods}


def _wall_time(jobs: Iterable[tuple[str, Timing | None]], shared: Mapping[str, str]) -> WallTime:
    measured = [(stage, timing) for stage, timing in jobs if timing is not None]
    seconds: dict[str, float] = {}
    for stage, timing in measured:
        seconds[stage] = seconds.get(stage, 0.0) + timing.seconds
    memory = [timing.memory_mb for _, timing in measured if timing.memory_mb is not None]
    return WallTime(seconds, shared, len(measured), max(memory, default=None))
