"""Why jobs have failed: what their own logs say, else what Snakemake knows."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from logging import LogRecord
from pathlib import Path

from ltsei.runtime import job_state
from snakemake_logger_plugin_ltsei.run import Job

COMMAND_ENDED = re.compile(
    r"^CalledProcessError in file .*"
    r"(?:returned non-zero exit status (?P<status>\d+)\.|died with <Signals\.(?P<signal>\w+))",
    re.MULTILINE | re.DOTALL,
)
"""How Snakemake reports that the process of a job has failed: the command, then its exit status or signal."""
INTERRUPTED = "stopped before it had begun; run the same command to resume"
"""Why a job ended that Ctrl-C struck before it could write a log."""
MOST_ENDS = 100
"""How many such reports are kept until the failure that each explains."""


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


class Failures:
    """The failures of a run, put together from several records of Snakemake."""

    def __init__(self) -> None:
        self._latest: dict[int, Failure] = {}
        self._ends: deque[str] = deque(maxlen=MOST_ENDS)
        self._groups: dict[int, tuple[bool, tuple[str, ...]]] = {}

    def latest(self, number: int) -> Failure | None:
        """Return the latest failure of a job; None where it was given up with others."""
        return self._latest.get(number)

    def explains(self, message: str) -> bool:
        """Return whether an error message says how a job's process ended; then it is kept for that job's failure."""
        match = COMMAND_ENDED.search(message)
        if match:
            self._ends.append(f"exit status {match['status']}" if match["status"] else f"killed by {match['signal']}")
        return match is not None

    def group(self, record: LogRecord) -> None:
        """Take a ``group_error`` record; if logs name the jobs that have failed, the others are given up with them."""
        logs = {info["jobid"]: list(info["log"]) for info in record.__dict__.get("job_error_info", ())}
        failed = {number for number, own in logs.items() if own and job_state.last_record(Path(own[0]))[0] == "ERROR"}
        of_group = tuple(record.__dict__.get("aux_logs") or ())
        self._groups |= {number: (bool(failed) and number not in failed, of_group) for number in logs}

    def given_up(self, number: int) -> bool:
        """Return whether a job did not fail itself, but another one of its group."""
        return self._groups.get(number, (False, ()))[0]

    def add(self, number: int, job: Job, record: LogRecord) -> Failure:
        """Return why a job failed, by its ``job_error`` record."""
        _, of_group = self._groups.pop(number, (False, ()))
        logs = [*(record.__dict__.get("log") or ()), *of_group]
        failure = failure_of(job, self._otherwise(record), logs)
        self._latest[number] = failure
        return failure

    def _otherwise(self, record: LogRecord) -> str:
        """Return why a job failed whose own log does not say it."""
        message = record.__dict__.get("rule_msg")
        if message:
            return " ".join(str(message).split())
        if record.__dict__.get("indent"):
            return "its group of jobs failed"
        end = f" ({self._ends.popleft()})" if self._ends else ""
        if "SIGINT" in end:
            return INTERRUPTED
        return f"ended without an error in its log{end}"


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
