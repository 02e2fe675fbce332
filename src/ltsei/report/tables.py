"""Cells to tables: the tidy table, its summary over seeds, the wall time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ltsei import files
from ltsei.report.cells import Benchmark, Cell, read_benchmark
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

    Owners which are not among the methods of `cells` come last, the data that all share under an empty name.
    """
    jobs = dict.fromkeys(job for cell in cells for job in cell.files.benchmarks)
    measured = {path: read_benchmark(path) for _, _, path in jobs}
    used = {(cell.files.method, stage): owner for cell in cells for stage, owner, _ in cell.files.benchmarks if owner}
    methods = dict.fromkeys([*(cell.files.method for cell in cells), *(owner for _, owner, _ in jobs)])
    return {
        method: _wall_time(
            [(stage, measured[path]) for stage, owner, path in jobs if owner == method],
            {stage: owner for (user, stage), owner in used.items() if user == method and owner != method},
        )
        for method in methods
    }


def _wall_time(jobs: Iterable[tuple[str, Benchmark | None]], shared: Mapping[str, str]) -> WallTime:
    done = [(stage, found) for stage, found in jobs if found is not None]
    seconds: dict[str, float] = {}
    for stage, (elapsed, _) in done:
        seconds[stage] = seconds.get(stage, 0.0) + elapsed
    memory = [peak for _, (_, peak) in done if peak is not None]
    return WallTime(seconds, shared, len(done), max(memory, default=None))


def _by_method(cells: Iterable[Cell]) -> dict[tuple[str, str, str], list[Cell]]:
    groups: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((*cell.condition, cell.files.method), []).append(cell)
    return groups
