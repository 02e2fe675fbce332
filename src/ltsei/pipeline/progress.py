"""How far a run is, read from what its jobs write: results, logs and leases. No server, no torch."""

import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import jinja2

from ltsei.core import files
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rules import RULES, JobId
from ltsei.runtime import job_state

CLEAR = "\x1b[H\x1b[2J"
SECONDS_BETWEEN_VIEWS = 5.0
WINDOW_SECONDS = 600.0
"""The rate is that of the jobs which ended in the last so many seconds."""
State = Literal["done", "running", "failed", "waiting"]
STATES: tuple[State, ...] = ("done", "running", "failed", "waiting")


@dataclass(frozen=True)
class Seen:
    """One job at one moment.

    Attributes:
        place: which.
        state: done, running, failed, or waiting for others, for a machine or for the next run.
        ended: when it was done, in seconds since 1970, else 0.
        says: the last line of its log, where it runs or has failed.
    """

    place: JobId
    state: State
    ended: float
    says: str


@dataclass(frozen=True)
class Progress:
    """All jobs at one moment.

    Attributes:
        jobs: every job of the matrix.
        rules: rule -> state -> jobs.
        methods: method -> state -> jobs of its own.
        per_minute: jobs done a minute, lately.
        minutes_left: for what is waiting or running, at that rate; None where none was done lately or nothing is left.
        at: the moment.
    """

    jobs: Sequence[Seen]
    rules: Mapping[str, Mapping[str, int]]
    methods: Mapping[str, Mapping[str, int]]
    per_minute: float
    minutes_left: float | None
    at: float


def read_progress(matrix: Matrix) -> Progress:
    """Return the present state of every job."""
    results, now = Path(matrix.config.results), time.time()
    jobs = [_see(place, results) for place in matrix.jobs()]
    lately = [job.ended for job in jobs if now - job.ended < WINDOW_SECONDS]
    per_minute = 60 * len(lately) / max(60.0, now - min(lately, default=now))
    left = sum(job.state in ("running", "waiting") for job in jobs)
    return Progress(
        jobs,
        _count((job.place.rule, job.state) for job in jobs),
        _count((job.place.method, job.state) for job in jobs if job.place.method),
        per_minute,
        left / per_minute if left and per_minute else None,
        now,
    )


def views(matrix: Matrix, *, once: bool) -> Iterator[list[str]]:
    """Yield the lines of a view that fits the terminal, again and again until nothing is left to wait for."""
    while True:
        status = read_progress(matrix)
        size = shutil.get_terminal_size()
        yield [line[: size.columns - 1] for line in lines(status, size.lines - 2)]
        if once or not any(job.state in ("running", "waiting") for job in status.jobs):
            return
        time.sleep(SECONDS_BETWEEN_VIEWS)


def lines(status: Progress, most: int) -> list[str]:
    """Return the view in at most so many lines: rules, then what failed and runs, then methods."""
    width = max(map(len, [*status.rules, *status.methods]), default=0)
    head = [f"{'':<{width}}{'done':>7}{'running':>9}{'failed':>8}{'waiting':>9}"]
    head += [_row(rule, counts, width) for rule, counts in status.rules.items()]
    head += [rate(status)]
    events = [f"{job.state}: {job.place}: {job.says}" for state in ("failed", "running") for job in _of(status, state)]
    methods = [_row(name, counts, width) for name, counts in status.methods.items()]
    return (head + events[: max(3, most - len(head) - len(methods))] + methods)[:most]


def rate(status: Progress) -> str:
    """Return how fast it goes and how long it will take."""
    left = "" if status.minutes_left is None else f", about {status.minutes_left:.0f} minutes left at this rate"
    return f"{time.strftime('%H:%M:%S', time.localtime(status.at))}: {status.per_minute:.1f} jobs a minute{left}"


def write_page(matrix: Matrix, *, live: bool) -> None:
    """Write status.html into the results; a `live` one reloads itself."""
    status = read_progress(matrix)
    environment = jinja2.Environment(loader=jinja2.PackageLoader("ltsei.pipeline", "assets"), autoescape=True)
    events = [job for state in ("failed", "running") for job in _of(status, state)]
    page = environment.get_template("progress.html.j2").render(
        status=status, states=STATES, events=events, rate=rate(status), live=live, results=matrix.config.results
    )
    files.write_text(Path(matrix.config.results) / "status.html", page)


def _see(place: JobId, results: Path) -> Seen:
    last = place.last_output(results)
    state, says = job_state.state(Path(place.log(results)))
    if state == "running":
        return Seen(place, "running", 0.0, says)
    if last.exists():
        return Seen(place, "done", job_state.changed(last), "")
    return Seen(place, "failed", 0.0, says) if state == "failed" else Seen(place, "waiting", 0.0, "")


def _of(status: Progress, state: str) -> list[Seen]:
    return [job for job in status.jobs if job.state == state]


def _count(pairs: Iterator[tuple[str, str]]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for name, state in pairs:
        found.setdefault(name, Counter())[state] += 1
    rank = {rule: index for index, rule in enumerate(RULES)}
    names = sorted(found, key=lambda name: rank.get(name, 0))
    return {name: {state: found[name][state] for state in STATES} for name in names}


def _row(name: str, counts: Mapping[str, int], width: int) -> str:
    return f"{name:<{width}}{counts['done']:>7}{counts['running']:>9}{counts['failed']:>8}{counts['waiting']:>9}"
