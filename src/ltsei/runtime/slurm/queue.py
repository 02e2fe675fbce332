"""The jobs of this folder in Slurm's queue: which the present run takes over, which will never start."""

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ltsei.core.errors import InputError
from ltsei.runtime import run_folder
from ltsei.runtime.slurm import exits, submission
from ltsei.runtime.slurm.commands import ask, own_command
from ltsei.runtime.slurm.submission import Submission

HELD = ("JobHeldUser", "JobHeldAdmin")
"""Reasons for which a job waits because somebody wants it to."""
NEVER_STARTS = (*HELD, "held", "BadConstraints", "NeverSatisfied", "NotAllowed", "PartitionNodeLimit", "TimeLimit")
"""Parts of those reasons for which a job waits until somebody intervenes."""


@dataclass(frozen=True)
class QueuedJob:
    """A job in Slurm's queue that was submitted in this folder.

    Attributes:
        number: Slurm's number of the job.
        state: such as ``PENDING``.
        reason: why it is in that state, as Slurm calls it.
        run: the id of the run that submitted it, empty where its comment does not say.
        submission: what it computes, None where that is unknown.
    """

    number: str
    state: str
    reason: str
    run: str
    submission: Submission | None


def available() -> bool:
    """Return whether this machine submits to a Slurm cluster."""
    return own_command("squeue") is not None


def queued(prefix: str, states: str = "PENDING,RUNNING,SUSPENDED") -> list[QueuedJob]:
    """Return the jobs that runs in this folder have submitted, by the prefix of their names.

    Raises:
        InputError: Slurm does not answer.
    """
    done = ask("squeue", "--me", "--noheader", f"--states={states}", "--format=%A|%T|%j|%r|%Z|%k")
    if done.returncode != 0:
        raise InputError(f"squeue: {' '.join(done.stderr.split()) or 'no answer'}")
    rows = [line.split("|", 5) for line in done.stdout.splitlines()]
    cwd = str(Path.cwd())
    jobs = []
    for number, state, name, reason, folder, comment in rows:
        if name.startswith(f"{prefix}_") and folder == cwd:
            run, digest = submission.mark_of(comment)
            jobs.append(QueuedJob(number, state, reason, run, submission.noted(run, digest)))
    return jobs


def settle(jobs: Iterable[QueuedJob], needed: Mapping[str, bool], alive: Callable[[str], bool]) -> str:
    """Take over jobs of dead runs, cancel those that would compute something else, and return a sentence about it.

    Jobs of a living run are not touched, nor are those of another folder of results and those that this run does not
    need, unless they were sent for other settings or code than the present ones.

    Args:
        jobs: those of this folder in the queue.
        needed: name of each job of the workflow that this run needs -> whether it could start at once.
        alive: whether the run with this id lives.
    """
    planned = submission.planned()
    orphans = [job for job in jobs if not (job.run and alive(job.run)) and _results(job) in (None, planned.results)]
    current = [job for job in orphans if _is_current(job, planned.fingerprints)]
    wanted = [job for job in current if all(needed.get(name) for name in _names(job))]
    left = [job for job in current if not _names(job) & needed.keys()]
    others = [job for job in orphans if job not in wanted and job not in left]
    _offer(wanted)
    cancel([job.number for job in others])
    text = f"{_numbers(wanted)} taken over, {_numbers(others)} cancelled"
    return f"Jobs of an earlier run in the queue: {text}{f', {_numbers(left)} left alone' if left else ''}."


def claim(digest: str) -> str | None:
    """Return the number of a job of a dead run that computes exactly this, at most once; None if there is none."""
    note = _offers() / digest
    claimed = note.with_name(f".{digest}.claimed")
    try:
        note.rename(claimed)
    except FileNotFoundError:
        return None
    return claimed.read_text(encoding="utf-8")


def cancel(numbers: Collection[str]) -> None:
    """Cancel jobs."""
    if numbers:
        ask("scancel", *numbers)


def stuck(prefix: str) -> dict[str, str]:
    """Return the pending jobs of this run that will not start by themselves -> Slurm's reason."""
    jobs = queued(prefix, states="PENDING")
    run = run_folder.folder().name
    return {
        job.number: job.reason
        for job in jobs
        if job.run in ("", run) and any(word in job.reason for word in NEVER_STARTS)
    }


def final_state(number: str) -> str:
    """Return the state of a job that has left the queue: as its script noted, else as Slurm says; empty if neither."""
    noted = exits.succeeded(number)
    if noted is not None:
        return "COMPLETED" if noted else "FAILED"
    queries = (
        ("squeue", "--noheader", "--states=all", "--format=%T", f"--jobs={number}"),
        ("sacct", "--allocations", "--noheader", "--parsable2", "--format=State", f"--jobs={number}"),
    )
    answers = (ask(*query) for query in queries if own_command(query[0]))
    states = [done.stdout.split() for done in answers if done.returncode == 0]
    return next((words[0] for words in states if words), "")


def _results(job: QueuedJob) -> str | None:
    return job.submission.results if job.submission else None


def _names(job: QueuedJob) -> set[str]:
    return set(job.submission.fingerprints) if job.submission else set()


def _is_current(job: QueuedJob, planned: Mapping[str, str]) -> bool:
    """Return whether it is known what a job computes, and the present matrix has nothing else in its place."""
    sent = job.submission.fingerprints if job.submission else {}
    return bool(sent) and all(planned.get(name, fingerprint) == fingerprint for name, fingerprint in sent.items())


def _offers() -> Path:
    return run_folder.folder() / "orphans"


def _offer(jobs: Iterable[QueuedJob]) -> None:
    """Let `sbatch` hand these jobs to the present run instead of submitting them a second time."""
    shutil.rmtree(_offers(), ignore_errors=True)
    for job in jobs:
        if job.submission:
            _offers().mkdir(parents=True, exist_ok=True)
            (_offers() / job.submission.digest).write_text(job.number, encoding="utf-8")


def _numbers(jobs: Iterable[QueuedJob]) -> str:
    return ", ".join(job.number for job in jobs) or "none"
