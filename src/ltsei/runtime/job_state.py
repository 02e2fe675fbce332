"""The state of a job seen from outside, from its log and its lease."""

import re
import time
from pathlib import Path
from typing import Literal

from ltsei.runtime.attempt import RESUMES
from ltsei.runtime.lease import is_dead, read_lease

RECORD = re.compile(r"\S+ \S+ (INFO|WARNING|ERROR) (.*)")
"""A line of a log as `runtime.log` writes it: date, time, level, message; lines of a traceback are indented."""
State = Literal["absent", "running", "ended", "failed", "stopped"]


def state(log: Path) -> tuple[State, str]:
    """Return the state of the job that writes this log, and its last message.

    Returns:
        ``absent``: it has never started; ``running``: its lease is alive; ``ended``: it is done; ``failed``: with an
        error; ``stopped``: it was asked to stop, or was killed without a message.
    """
    if is_running(log):
        return "running", last_record(log)[1]
    if not log.is_file():
        return "absent", ""
    level, text = last_record(log)
    if level == "ERROR" and RESUMES not in text:
        return "failed", text
    return ("ended" if text.endswith(": done") else "stopped"), text


def is_running(log: Path) -> bool:
    """Return whether a job holds the lease beside a log."""
    lease = log.with_suffix(".lease")
    holder = read_lease(lease)
    return holder is not None and not is_dead(holder, time.time() - changed(lease))


def last_record(log: Path) -> tuple[str, str]:
    """Return level and text of the last record in a log, both empty where there is none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return "", ""
    records = [match for line in text.splitlines()[-200:] if (match := RECORD.match(line))]
    return (records[-1][1], records[-1][2]) if records else ("", "")


def changed(path: Path) -> float:
    """Return when a file was last written, in seconds since 1970; 0 where there is none."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
