"""The logs of jobs that were killed get the reason from Snakemake and Slurm, since such a job cannot write one."""

import logging
import time
from logging import LogRecord
from pathlib import Path

from ltsei.runtime import job_state
from ltsei.runtime.reasons import Reasons, field


class PostMortem(logging.Handler):
    """Collects the failures of a run from Snakemake's records; a job that succeeds in a later attempt has none."""

    def __init__(self) -> None:
        super().__init__()
        self._reasons = Reasons()
        self._failures: dict[int, tuple[str, Path, str]] = {}

    def emit(self, record: LogRecord) -> None:
        """Take a record."""
        event = field(record, "event")
        if event == "job_error":
            self._fail(record)
        elif event == "group_error":
            self._reasons.group(record)
        elif event == "job_finished":
            self._failures.pop(field(record, "job_id"), None)
        elif record.levelno >= logging.ERROR:
            self._reasons.explains(record.getMessage())

    def write(self) -> None:
        """Add its reason to the log of each failed job that does not end with an error."""
        for rule, log, reason in self._failures.values():
            if job_state.last_record(log)[0] != "ERROR":
                log.parent.mkdir(parents=True, exist_ok=True)
                with log.open("a", encoding="utf-8") as file:
                    file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')},000 ERROR {rule}: {reason}\n")

    def _fail(self, record: LogRecord) -> None:
        number, logs = field(record, "jobid"), self._reasons.logs(record)
        given_up = self._reasons.given_up(number)
        reason = self._reasons.reason(record)
        if logs and not given_up:
            self._failures[number] = str(field(record, "rule_name")), Path(logs[0]), reason
