"""How far a run is, read from what its jobs write: results, logs and leases. No server, no torch."""

import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import jinja2

from ltsei.core import content, files
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.matrix import Matrix
from ltsei.pipeline.rule_table import RULES
from ltsei.runtime import job_state

SECONDS_BETWEEN_VIEWS = 5.0
WINDOW_SECONDS = 600.0
"""The rate is that of the jobs which ended in the last 10 minutes."""
State = Literal["done", "running", "failed", "waiting"]
STATES: tuple[State, ...] = ("done", "running", "failed", "waiting")


@dataclass(frozen=True)
class ObservedJob:
    """One job at one moment.

    Attributes:
        place: which job.
        state: done, running, failed (or a file that it wrote is missing or empty), or waiting for others, for a
            machine or for the next run.
        ended: when it was done, in seconds since 1970, else 0.
        message: the last line of its log if it runs or has failed, what is wrong with its files, else empty.
    """

    place: JobId
    state: State
    ended: float
    message: str


@dataclass(frozen=True)
class Progress:
    """All jobs at one moment.

    Attributes:
        jobs: every job of the matrix.
        rules: rule -> state -> number of jobs.
        methods: method -> state -> number of its own jobs.
        per_minute: jobs done per minute, lately.
        minutes_left: for what waits or runs, at that rate; None where nothing was done lately or nothing is left.
        at: the moment, in seconds since 1970.
    """

    jobs: Sequence[ObservedJob]
    rules: Mapping[str, Mapping[str, int]]
    methods: Mapping[str, Mapping[str, int]]
    per_minute: float
    minutes_left: float | None
    at: float

    def in_state(self, *states: State) -> list[ObservedJob]:
        """Return the jobs in one of some states, those in the first one first."""
        return [job for state in states for job in self.jobs if job.state == state]


def read_progress(matrix: Matrix) -> Progress:
    """Return the present state of every job."""
    results, now = Path(matrix.config.results), time.time()
    jobs = [_observe(place, results) for place in matrix.jobs()]
    recent = [job.ended for job in jobs if now - job.ended < WINDOW_SECONDS]
    per_minute = 60 * len(recent) / max(60.0, now - min(recent, default=now))
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
    """Yield views of a run, as lines to print, until no job is left to wait for or the user interrupts.

    On a terminal they are drawn in place, and only the last one is yielded.
    """
    try:
        if sys.stdout.isatty() and not once:
            from ltsei.pipeline import progress_screen

            yield lines(progress_screen.draw(lambda: read_progress(matrix), SECONDS_BETWEEN_VIEWS), sys.maxsize)
            return
        while True:
            status = read_progress(matrix)
            size = shutil.get_terminal_size()
            yield [line[: size.columns - 1] for line in lines(status, size.lines - 2)]
            if once or not status.in_state("running", "waiting"):
                return
            time.sleep(SECONDS_BETWEEN_VIEWS)
    except KeyboardInterrupt:
        return


def lines(status: Progress, most: int) -> list[str]:
    """Return a view of at most `most` lines: rules, then failed and running jobs, then methods."""
    width = max(map(len, [*status.rules, *status.methods]), default=0)
    head = [f"{'':<{width}}{'done':>7}{'running':>9}{'failed':>8}{'waiting':>9}"]
    head += [_row(rule, counts, width) for rule, counts in status.rules.items()]
    head += [rate(status)]
    events = [event(job) for job in status.in_state("failed", "running")]
    methods = [_row(name, counts, width) for name, counts in status.methods.items()]
    return (head + events[: room_for_events(status, most)] + methods)[:most]


def room_for_events(status: Progress, most: int) -> int:
    """Return how many failed and running jobs fit beside rules and methods into `most` lines, at least 3."""
    return max(3, most - len(status.rules) - len(status.methods) - 2)


def event(job: ObservedJob) -> str:
    """Return which job runs or has failed, and the last line of its log."""
    return f"{job.state}: {job.place}: {job.message}"


def rate(status: Progress) -> str:
    """Return how many jobs are done per minute, and how long the rest takes at this rate."""
    left = "" if status.minutes_left is None else f", about {status.minutes_left:.0f} minutes left at this rate"
    return f"{time.strftime('%H:%M:%S', time.localtime(status.at))}: {status.per_minute:.1f} jobs a minute{left}"


def write_page(matrix: Matrix, *, live: bool) -> None:
    """Write status.html into the results; a `live` one reloads itself."""
    status = read_progress(matrix)
    environment = jinja2.Environment(loader=jinja2.PackageLoader("ltsei.pipeline", "assets"), autoescape=True)
    page = environment.get_template("progress.html.j2").render(
        status=status,
        states=STATES,
        events=status.in_state("failed", "running"),
        rate=rate(status),
        live=live,
        results=matrix.config.results,
    )
    files.write_text(Path(matrix.config.results) / "status.html", page)


def _observe(place: JobId, results: Path) -> ObservedJob:
    last, log = place.last_output(results), Path(place.log(results))
    try:
        state, message = job_state.state(log)
    except PermissionError as error:
        state, message = "failed", f"{log}: {content.unreadable(error)}"
    if state == "running":
        return ObservedJob(place, "running", 0.0, message)
    if content.exists(last):
        incomplete = _incomplete(place, results)
        if incomplete:
            return ObservedJob(place, "failed", 0.0, incomplete)
        return ObservedJob(place, "done", job_state.changed(last), "")
    return ObservedJob(place, "failed", 0.0, message) if state == "failed" else ObservedJob(place, "waiting", 0.0, "")


def _incomplete(place: JobId, results: Path) -> str:
    """Return what is wrong with the outputs of a job that has ended, as far as their existence and size tell."""
    paths = (place.output(name, results) for name in RULES[place.rule].outputs)
    wrong = ((path, content.problem(path)) for path in paths)
    return next((f"{path}: {problem}; `ltsei repair` says what to do" for path, problem in wrong if problem), "")


def _count(pairs: Iterator[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Return name -> state -> how many of the pairs; rules in the order in which they run."""
    counts: dict[str, Counter[str]] = {}
    for name, state in pairs:
        counts.setdefault(name, Counter())[state] += 1
    rank = {rule: index for index, rule in enumerate(RULES)}
    names = sorted(counts, key=lambda name: rank.get(name, 0))
    return {name: {state: counts[name][state] for state in STATES} for name in names}


def _row(name: str, counts: Mapping[str, int], width: int) -> str:
    return f"{name:<{width}}{counts['done']:>7}{counts['running']:>9}{counts['failed']:>8}{counts['waiting']:>9}"
