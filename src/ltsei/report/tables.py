"""Cells to tables: the tidy table, its summary over seeds, the wall time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ltsei import files
from ltsei.report.cells import Cell, read_benchmark
from ltsei.report.findings import Findings
from ltsei.report.words import ordered
from ltsei.statistics import Summary, paired_difference, summarise

TIDY = ("dataset", "ir", "seed", "method", "metric", "value")


def metric_names(cells: Iterable[Cell]) -> list[str]:
    """Return every metric that a cell has, in the order in which they are offered."""
    return ordered(name for cell in cells for name in cell.metrics or ())


def write_tidy(path: str, findings: Findings) -> None:
    """Write one row per number; undefined is an empty value, a missing cell has no rows."""
    rows = [
        dict(zip(TIDY, (*cell.condition, cell.files.seed, cell.files.method, name, value), strict=True))
        for cell in findings.cells
        for name, value in (cell.metrics or {}).items()
    ]
    files.write_csv(path, TIDY, rows)


def write_summary(path: str, findings: Findings) -> None:
    """Write one row per (data set, ratio, method): seeds planned, then mean, sd and n of each metric."""
    names = metric_names(findings.cells)
    statistics = ("mean", "sd", "n")
    rows = []
    for (dataset, ir, method), group in _by_method(findings.cells).items():
        row: dict[str, object] = {"dataset": dataset, "ir": ir, "method": method, "seeds": len(group)}
        for name in names:
            summary = summarise(values_by_seed(group, name).values())
            row.update({f"{name}_{statistic}": getattr(summary, statistic) for statistic in statistics})
        rows.append(row)
    columns = [
        "dataset",
        "ir",
        "method",
        "seeds",
        *(f"{name}_{statistic}" for name in names for statistic in statistics),
    ]
    files.write_csv(path, columns, rows)


def summaries(cells: Sequence[Cell], name: str, baseline: str = "") -> dict[tuple[str, str, str], Summary]:
    """Return (dataset, ir, method) -> summary over seeds of a metric, or of its difference to `baseline`."""
    groups = _by_method(cells)
    if not baseline:
        return {key: summarise(values_by_seed(group, name).values()) for key, group in groups.items()}
    return {
        (dataset, ir, method): paired_difference(
            values_by_seed(group, name), values_by_seed(groups.get((dataset, ir, baseline), []), name)
        )
        for (dataset, ir, method), group in groups.items()
    }


def values_by_seed(cells: Iterable[Cell], name: str) -> dict[int, float | None]:
    """Return seed -> value of a metric; None where it is undefined or the cell is missing."""
    return {cell.files.seed: (cell.metrics or {}).get(name) for cell in cells}


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


def wall_times(cells: Sequence[Cell]) -> dict[str, WallTime]:
    """Return method -> wall time; a job that several methods share counts once, for its owner.

    The owner is the method whose name stands in the benchmark's path (the first that uses it, if none does).
    """
    users: dict[tuple[str, str], list[str]] = {}
    for cell in cells:
        for job in cell.files.benchmarks:
            users.setdefault(job, []).append(cell.files.method)
    owner = {
        job: next((name for name in using if name in Path(job[1]).parts), using[0]) for job, using in users.items()
    }
    measured = {job: read_benchmark(job[1]) for job in users}
    return {
        method: _wall_time(method, [job for job in users if method in users[job]], owner, measured)
        for method in dict.fromkeys(cell.files.method for cell in cells)
    }


def _wall_time(
    method: str,
    jobs: Iterable[tuple[str, str]],
    owner: Mapping[tuple[str, str], str],
    measured: Mapping[tuple[str, str], tuple[float, float | None] | None],
) -> WallTime:
    seconds: dict[str, float] = {}
    shared: dict[str, str] = {}
    memory: list[float] = []
    number = 0
    for job in jobs:
        if owner[job] != method:
            shared[job[0]] = owner[job]
        elif (found := measured[job]) is not None:
            number += 1
            seconds[job[0]] = seconds.get(job[0], 0.0) + found[0]
            memory += [found[1]] if found[1] is not None else []
    return WallTime(seconds, shared, number, max(memory, default=None))


def _by_method(cells: Iterable[Cell]) -> dict[tuple[str, str, str], list[Cell]]:
    groups: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((*cell.condition, cell.files.method), []).append(cell)
    return groups
