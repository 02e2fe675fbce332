"""What a run would do, why, and what it is expected to cost, before anything is submitted (no torch)."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ltsei.pipeline.costs import History, Work, hours
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.planned_jobs import PlannedJob
from ltsei.pipeline.rules import LAST, Place, needed_by

Times = Mapping[tuple[str, str, str], float | None]
"""Rule, data set and method -> expected seconds, None where they are unknown."""
REPORTS = (
    *("examples", "feature_map", "cell_figures"),
    *("block_report", "block_tables", "block_figures", "report", "report_tables", "report_figures"),
)
ON_GPU = frozenset({"stage1", "features", "stage2_finetune"})


@dataclass(frozen=True)
class Plan:
    """All jobs of a matrix; `text` shows it to people, `vars` to machines.

    Attributes:
        cells: how many cells there are, and how many are done.
        blocks: cells of each block.
        jobs: rule -> how many run, how many are done, expected hours of those that run.
        unshared: trainings of a network, and how many there would be if no cell used another's.
        why: reason -> jobs.
        gpu_hours: expected for what runs, of jobs that use a GPU.
        cpu_hours: likewise, of all others.
        estimated: jobs of which nothing similar was measured, so that their time follows from their arithmetic.
        unknown: jobs of which nothing is known.
        gigabytes: expected size of what is written, None where nothing similar exists.
        chain: the longest chain of jobs that wait for each other.
        chain_hours: what it takes.
        spent: method -> hours of its own jobs so far.
    """

    cells: Mapping[str, int]
    blocks: Mapping[str, int]
    jobs: Mapping[str, Mapping[str, float]]
    unshared: Mapping[str, int]
    why: Mapping[str, int]
    gpu_hours: float
    cpu_hours: float
    estimated: int
    unknown: int
    gigabytes: float | None
    chain: Sequence[str]
    chain_hours: float
    spent: Mapping[str, float]


def make(matrix: Matrix, planned: Sequence[PlannedJob], estimate: Callable[[Work], float | None]) -> Plan:
    """Return the plan for these jobs; `estimate` gives the seconds of work of which nothing similar was measured."""
    history = History(matrix, Path(matrix.config.results))
    pending = [job for job in planned if job.why]
    dated = [job for job in pending if job.dataset]
    measured = {work: history.seconds(work) for work in dict.fromkeys(Work(*job.work) for job in dated)}
    seconds: dict[tuple[str, str, str], float | None] = {
        work: estimate(work) if found is None else found for work, found in measured.items()
    }
    chain, chain_seconds = _longest_chain(matrix, pending, seconds)
    cells = matrix.cells()
    waiting = {(job.dataset, job.ir, job.seed, job.method) for job in pending if job.rule == "evaluate"}
    todo = [cell for cell in cells if (cell.dataset, cell.ir, str(cell.seed), matrix.canonical(cell.method)) in waiting]
    return Plan(
        cells={"all": len(cells), "done": len(cells) - len(todo)},
        blocks={name: len(block) for name, block in matrix.blocks().items()},
        jobs={rule: _row(mine, seconds) for rule in (*LAST, *REPORTS) if (mine := _of(rule, planned))},
        unshared={
            "trained": sum(job.rule == "stage1" for job in planned),
            "unshared": sum("stage1" in matrix.rules_of(cell.method) for cell in cells),
        },
        why=Counter(_group(job) for job in pending),
        gpu_hours=hours(seconds.get(job.work) for job in pending if job.rule in ON_GPU),
        cpu_hours=hours(seconds.get(job.work) for job in pending if job.rule not in ON_GPU),
        estimated=sum(
            measured[Work(*job.work)] is None and seconds[job.work] is not None for job in pending if job.dataset
        ),
        unknown=sum(seconds[job.work] is None for job in dated),
        gigabytes=_gigabytes(planned, pending),
        chain=chain,
        chain_hours=chain_seconds / 3600,
        spent=_spent(history),
    )


def _group(job: PlannedJob) -> str:
    """Return a reason, with whose job it is where it changed."""
    return f"{job.rule} of {job.method or job.dataset} {job.why}" if job.why.startswith("changed") else job.why


def _of(rule: str, planned: Sequence[PlannedJob]) -> list[PlannedJob]:
    return [job for job in planned if job.rule == rule]


def _row(mine: Sequence[PlannedJob], seconds: Times) -> dict[str, float]:
    run = [job for job in mine if job.why]
    return {"run": len(run), "done": len(mine) - len(run), "hours": hours(seconds.get(job.work) for job in run)}


def _longest_chain(matrix: Matrix, pending: Sequence[PlannedJob], seconds: Times) -> tuple[list[str], float]:
    """Return the names and the seconds of the jobs that the slowest cell waits for, one after the other."""
    waiting = {Place(job.rule, job.dataset, job.ir, job.seed, job.method): job for job in pending}
    best: tuple[float, list[str]] = (0.0, [])
    for cell in matrix.cells():
        needed = needed_by(matrix, cell.dataset, cell.ir, str(cell.seed), cell.method)
        mine = [waiting[place] for place in needed if place in waiting]
        took = sum(seconds.get(job.work) or 0.0 for job in mine)
        best = max(best, (took, [f"{job.rule} {job.method}".strip() for job in mine]))
    return best[1], best[0]


def _gigabytes(planned: Sequence[PlannedJob], pending: Sequence[PlannedJob]) -> float | None:
    """Return the expected size of what is written, by the median size of what jobs of the same rule have written."""
    sizes: dict[tuple[str, str], list[int]] = {}
    for job in planned:
        found = [Path(path).stat().st_size for path in job.outputs if Path(path).exists()]
        if len(found) == len(job.outputs):
            sizes.setdefault((job.rule, job.dataset), []).append(sum(found))
    known = [statistics.median(sizes[job.rule, job.dataset]) for job in pending if (job.rule, job.dataset) in sizes]
    return sum(known) / 1e9 if known or not pending else None


def _spent(history: History) -> dict[str, float]:
    """Return method -> hours of all its own jobs so far, the dearest first."""
    found: dict[str, float] = {}
    for work, times in history.measured.items():
        owner = work.method or f"data of {work.dataset}"
        found[owner] = found.get(owner, 0.0) + hours(seconds for seconds, _ in times)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def text(plan: Plan) -> Iterator[str]:
    """Yield the lines of a plan for people."""
    blocks = ", ".join(f"{name} {count}" for name, count in plan.blocks.items())
    yield f"cells: {plan.cells['all']} ({blocks}), {plan.cells['done']} done"
    shared = plan.unshared
    yield f"trainings of a network: {shared['trained']}; if no cell used another's: {shared['unshared']}"
    yield f"{'jobs':<16}{'to run':>8}{'done':>8}{'expected':>10}"
    yield from (
        f"  {rule:<14}{row['run']:>8}{row['done']:>8}{duration(row['hours']):>10}" for rule, row in plan.jobs.items()
    )
    if plan.why:
        yield "why:"
        yield from (f"  {count} × {reason}" for reason, count in sorted(plan.why.items(), key=lambda item: -item[1]))
    yield f"expected: {duration(plan.gpu_hours)} on GPUs and {duration(plan.cpu_hours)} elsewhere{_sources(plan)}"
    if plan.gigabytes is not None:
        yield f"disk: {plan.gigabytes:.2f} GB"
    if plan.chain:
        yield f"longest chain: {duration(plan.chain_hours)}: {' → '.join(plan.chain)}"
    if plan.spent:
        yield "spent so far: " + ", ".join(f"{name} {duration(value)}" for name, value in plan.spent.items())


def duration(hours: float) -> str:
    """Return a time in the unit that suits it."""
    if hours >= 1:
        return f"{hours:.1f} h"
    return f"{60 * hours:.1f} min" if hours >= 1 / 60 else f"{3600 * hours:.0f} s"


def _sources(plan: Plan) -> str:
    found = [f"{plan.estimated} jobs by their arithmetic"] if plan.estimated else []
    found += [f"{plan.unknown} jobs unknown and left out"] if plan.unknown else []
    return f" ({', '.join(found)})" if found else ""
