"""What a run would do, why, and what it is expected to cost, before anything is submitted."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ltsei.pipeline import detectable_differences
from ltsei.pipeline.costs import Measurements, has_gpus, hours
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.planned_jobs import PlannedJob
from ltsei.pipeline.rule_table import RULES

REASONS = 5
"""This many reasons why combinations are left out are shown."""
Seconds = Mapping[JobId, float | None]
"""Kind of job -> expected seconds, None where they are unknown."""


@dataclass(frozen=True)
class Plan:
    """All jobs of a matrix; `text` is for people, `vars` for programs.

    Attributes:
        cells: how many cells there are, and how many are done.
        blocks: cells of each block.
        jobs: rule -> how many run, how many are done, expected hours of those that run, None where unknown.
        trainings: stage-1 trainings planned, and how many there would be if cells did not share them.
        reasons: why jobs run -> how many.
        gpu_hours: expected for what runs, of jobs that use a GPU where there is one; None where none is known.
        cpu_hours: likewise, of all others.
        has_gpus: whether there is a GPU, here or on the cluster.
        estimated: jobs without a similar measured one, whose time is estimated from their arithmetic.
        unknown: jobs whose time is unknown.
        gigabytes: expected size of the results, None where nothing similar exists.
        chain: the longest chain of jobs that depend on each other.
        chain_hours: expected duration of the chain, None where that of one of its jobs is unknown.
        spent: method -> hours of its own jobs so far.
        left_out: why combinations of sweeps are left out -> how many.
        detectable: block -> smallest difference in balanced accuracy that it can detect, None where it can detect none.
    """

    cells: Mapping[str, int]
    blocks: Mapping[str, int]
    jobs: Mapping[str, Mapping[str, float | None]]
    trainings: Mapping[str, int]
    reasons: Mapping[str, int]
    gpu_hours: float | None
    cpu_hours: float | None
    has_gpus: bool
    estimated: int
    unknown: int
    gigabytes: float | None
    chain: Sequence[str]
    chain_hours: float | None
    spent: Mapping[str, float]
    left_out: Mapping[str, int]
    detectable: Mapping[str, float | None]


def make(matrix: Matrix, planned: Sequence[PlannedJob], estimate: Callable[[JobId], float | None]) -> Plan:
    """Return the plan for these jobs; `estimate` gives the seconds of jobs like which none was measured."""
    measurements = Measurements(matrix, Path(matrix.config.results))
    pending = [job for job in planned if job.reason]
    timed = [job for job in pending if job.id.dataset]
    measured = {kind: measurements.seconds(kind) for kind in dict.fromkeys(job.id.kind for job in timed)}
    seconds: Seconds = {kind: estimate(kind) if value is None else value for kind, value in measured.items()}
    chain = _longest_chain(matrix, pending, seconds)
    cells, waiting = matrix.cells(), {job.id for job in pending}
    todo = sum(matrix.job(cell, "evaluate") in waiting for cell in cells)
    return Plan(
        cells={"all": len(cells), "done": len(cells) - todo},
        blocks={name: len(block) for name, block in matrix.blocks().items()},
        jobs={rule: _row(jobs, seconds) for rule in RULES if (jobs := [job for job in planned if job.id.rule == rule])},
        trainings={
            "planned": sum(job.id.rule == "stage1" for job in planned),
            "unshared": sum(_trainings(matrix.jobs_of(cell), str(cell.seed)) for cell in cells),
        },
        reasons=Counter(_reason(job) for job in pending),
        gpu_hours=hours(seconds.get(job.id.kind) for job in pending if RULES[job.id.rule].uses_gpu),
        cpu_hours=hours(seconds.get(job.id.kind) for job in pending if not RULES[job.id.rule].uses_gpu),
        has_gpus=has_gpus(matrix.config.device),
        estimated=sum(measured[job.id.kind] is None and seconds[job.id.kind] is not None for job in timed),
        unknown=sum(seconds[job.id.kind] is None for job in timed),
        gigabytes=_gigabytes(planned, pending),
        chain=[f"{job.rule} {job.method}".strip() for job in chain],
        chain_hours=_all_hours([seconds.get(job.kind) for job in chain]),
        spent=_spent(measurements),
        left_out=Counter(matrix.left_out.values()),
        detectable=detectable_differences.detectable(matrix),
    )


def _trainings(jobs: Sequence[JobId], seed: str) -> int:
    return sum(job.rule == "stage1" and job.seed == seed for job in jobs)


def _reason(job: PlannedJob) -> str:
    """Return why a job runs, with its owner where that has changed."""
    changed = job.reason.startswith("changed")
    return f"{job.id.rule} of {job.id.method or job.id.dataset} {job.reason}" if changed else job.reason


def _row(jobs: Sequence[PlannedJob], seconds: Seconds) -> dict[str, float | None]:
    run = [job for job in jobs if job.reason]
    return {"run": len(run), "done": len(jobs) - len(run), "hours": hours(seconds.get(job.id.kind) for job in run)}


def _longest_chain(matrix: Matrix, pending: Sequence[PlannedJob], seconds: Seconds) -> list[JobId]:
    """Return the chain of jobs that a cell waits for which takes longest, or has most jobs where no time is known."""
    waiting = {job.id for job in pending}
    chains = ([job for job in matrix.jobs_of(cell) if job in waiting] for cell in matrix.cells())
    return max(chains, key=lambda jobs: (sum(seconds.get(job.kind) or 0.0 for job in jobs), len(jobs)), default=[])


def _all_hours(seconds: Sequence[float | None]) -> float | None:
    return None if None in seconds else hours(seconds)


def _gigabytes(planned: Sequence[PlannedJob], pending: Sequence[PlannedJob]) -> float | None:
    """Return the expected size of the results, from the median size of results of the same rule and data set."""
    sizes: dict[tuple[str, str], list[int]] = {}
    for job in planned:
        existing = [Path(path).stat().st_size for path in job.outputs if Path(path).exists()]
        if len(existing) == len(job.outputs):
            sizes.setdefault((job.id.rule, job.id.dataset), []).append(sum(existing))
    expected = [sizes.get((job.id.rule, job.id.dataset)) for job in pending]
    known = [statistics.median(each) for each in expected if each]
    return sum(known) / 1e9 if known or not pending else None


def _spent(measurements: Measurements) -> dict[str, float]:
    """Return method -> hours of all its own jobs so far, the longest first."""
    spent: dict[str, float] = {}
    for job, timings in measurements.timings.items():
        owner = job.method or f"data of {job.dataset}"
        spent[owner] = spent.get(owner, 0.0) + sum(seconds for seconds, _ in timings) / 3600
    return dict(sorted(spent.items(), key=lambda item: -item[1]))


def text(plan: Plan) -> Iterator[str]:
    """Yield the lines of a plan for people."""
    blocks = ", ".join(f"{name} {count}" for name, count in plan.blocks.items())
    yield f"cells: {plan.cells['all']} ({blocks}), {plan.cells['done']} done"
    if plan.left_out:
        yield f"left out of sweeps: {sum(plan.left_out.values())} combinations"
        frequent = sorted(plan.left_out.items(), key=lambda item: -item[1])[:REASONS]
        yield from (f"  {count} × {reason}" for reason, count in frequent)
        if more := len(plan.left_out) - len(frequent):
            yield f"  and for {more} other reasons, which `--json` lists"
    yield f"stage-1 trainings: {plan.trainings['planned']}; without sharing: {plan.trainings['unshared']}"
    yield f"{'jobs':<16}{'to run':>8}{'done':>8}{'expected':>10}"
    yield from (
        f"  {rule:<14}{row['run']:>8}{row['done']:>8}{duration(row['hours']):>10}" for rule, row in plan.jobs.items()
    )
    if plan.reasons:
        yield "why:"
        yield from (
            f"  {count} × {reason}" for reason, count in sorted(plan.reasons.items(), key=lambda item: -item[1])
        )
    yield f"expected: {_expected(plan)}{_sources(plan)}"
    if plan.gigabytes is not None:
        yield f"disk: {plan.gigabytes:.2f} GB"
    yield detectable_differences.text(plan.detectable)
    if plan.chain:
        yield f"longest chain: {duration(plan.chain_hours)}: {' → '.join(plan.chain)}"
    if plan.spent:
        yield "spent so far: " + ", ".join(f"{name} {duration(value)}" for name, value in plan.spent.items())


def _expected(plan: Plan) -> str:
    if plan.has_gpus:
        return f"{duration(plan.gpu_hours)} on GPUs and {duration(plan.cpu_hours)} elsewhere"
    parts = [part for part in (plan.gpu_hours, plan.cpu_hours) if part is not None]
    return duration(sum(parts) if parts else None)


def duration(hours: float | None) -> str:
    """Return a time in the unit that suits it."""
    if hours is None:
        return "unknown"
    if hours >= 1:
        return f"{hours:.1f} h"
    if hours >= 1 / 60:
        return f"{60 * hours:.1f} min"
    return "< 1 s" if 0 < hours < 1 / 3600 else f"{3600 * hours:.0f} s"


def _sources(plan: Plan) -> str:
    notes = [f"{plan.estimated} jobs estimated from their arithmetic, as on a GPU"] if plan.estimated else []
    notes += [f"{plan.unknown} jobs unknown and left out"] if plan.unknown else []
    return f" ({', '.join(notes)})" if notes else ""
