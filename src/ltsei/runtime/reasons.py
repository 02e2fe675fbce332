"""Why jobs failed whose own logs do not say it, from Snakemake's records in the order in which it sends them."""

import re
from collections import deque
from logging import LogRecord
from pathlib import Path
from typing import Any

from ltsei.runtime import job_state
from ltsei.runtime.slurm import verdict

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


def field(record: LogRecord, name: str) -> Any:
    """Return a field that Snakemake adds to its records; None where it has none of this name."""
    return record.__dict__.get(name)


class Reasons:
    """Puts a reason together from several records."""

    def __init__(self) -> None:
        self._ends: deque[str] = deque(maxlen=MOST_ENDS)
        self._groups: dict[int, tuple[bool, tuple[str, ...]]] = {}

    def explains(self, message: str) -> bool:
        """Return whether an error message says how a job's process ended; then it is kept for that job's failure."""
        match = COMMAND_ENDED.search(message)
        if match:
            self._ends.append(f"exit status {match['status']}" if match["status"] else f"killed by {match['signal']}")
        return match is not None

    def group(self, record: LogRecord) -> None:
        """Take a ``group_error`` record; if logs name the jobs that have failed, the others are given up with them."""
        logs = {info["jobid"]: list(info["log"]) for info in field(record, "job_error_info") or ()}
        failed = {number for number, own in logs.items() if own and job_state.last_record(Path(own[0]))[0] == "ERROR"}
        of_group = tuple(map(str, field(record, "aux_logs") or ()))
        self._groups |= {number: (bool(failed) and number not in failed, of_group) for number in logs}

    def given_up(self, number: int) -> bool:
        """Return whether a job did not fail itself, but another one of its group."""
        return self._groups.get(number, (False, ()))[0]

    def logs(self, record: LogRecord) -> list[str]:
        """Return the logs of a failed job, its own first, then that of its group in Slurm."""
        of_group = self._groups.get(field(record, "jobid"), (False, ()))[1]
        return [*map(str, field(record, "log") or ()), *of_group]

    def reason(self, record: LogRecord) -> str:
        """Return why a job failed, by its ``job_error`` record; its own log may know better."""
        message = str(field(record, "rule_msg") or "")
        logs = self.logs(record)
        self._groups.pop(field(record, "jobid"), None)
        told = verdict.sentence(message, logs[1:])
        if told:
            return told
        if field(record, "indent"):
            return "its group of jobs failed"
        end = f" ({self._ends.popleft()})" if self._ends else ""
        return INTERRUPTED if "SIGINT" in end else f"ended without an error in its log{end}"
