"""Why jobs have failed: what their own logs say, else what Snakemake knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from logging import LogRecord
from pathlib import Path

from ltsei.runtime import job_state
from ltsei.runtime.reasons import INTERRUPTED, Reasons
from snakemake_logger_plugin_ltsei.run import Job


@dataclass(frozen=True)
class Failure:
    """One failed attempt of a job.

    Attributes:
        job: the job.
        sentence: why it failed.
        written: the sentence as the job itself wrote it, to its log and to standard error; empty if it wrote none.
        stopped: whether it was asked to stop and has saved its state.
        logs: where to look, its own log first.
    """

    job: Job
    sentence: str
    written: str
    stopped: bool
    logs: tuple[str, ...]


class Failures(Reasons):
    """The failures of a run, with their reasons."""

    def __init__(self) -> None:
        super().__init__()
        self._latest: dict[int, Failure] = {}

    def latest(self, number: int) -> Failure | None:
        """Return the latest failure of a job; None where it was given up with others."""
        return self._latest.get(number)

    def add(self, number: int, job: Job, record: LogRecord) -> Failure:
        """Return why a job failed, by its ``job_error`` record."""
        logs = self.logs(record)
        failure = failure_of(job, self.reason(record), logs)
        self._latest[number] = failure
        return failure


def failure_of(job: Job, otherwise: str, logs: Sequence[str]) -> Failure:
    """Return why a job failed by the last record of its log; `otherwise` is the sentence where that is no error."""
    level, text = job_state.last_record(Path(job.log)) if job.log else ("", "")
    if level != "ERROR":
        stopped = otherwise == INTERRUPTED
        return Failure(job, otherwise, f"{job.rule}: {otherwise}" if stopped else "", stopped, tuple(logs))
    name, _, sentence = text.partition(": ")
    named = bool(sentence) and name.partition(" ")[0] == job.rule
    sentence = (sentence if named else text).removesuffix(f" (traceback in {job.log})")
    return Failure(job, sentence, text, stopped=job_state.state(Path(job.log))[0] == "stopped", logs=tuple(logs))
