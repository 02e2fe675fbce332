"""What a job has left so far, its log and its lease, for those who look at it from outside (no torch)."""

import re
import time
from pathlib import Path
from typing import Literal

from ltsei.runtime.attempt import RESUMES
from ltsei.runtime.lease import is_dead, read_lease

RECORD = re.compile(r"\S+ \S+ (INFO|WARNING|ERROR) (.*)")
"""A line of a log as `logs` writes it: date, time, level, what happened; lines of a traceback start otherwise."""
State = Literal["absent", "running", "ended", "failed", "stopped"]


def state(log: Path) -> tuple[State, str]:
    """Return where the job of a log stands, and the last thing that it said.

    Returns:
        ``absent``: it has never started; ``running``: its lease is alive; ``ended``: it came to its end; ``failed``:
        with an error; ``stopped``: it was asked to, or was killed and could not say so.
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
    """Return whether somebody holds the lease beside a log."""
    lease = log.with_suffix(".lease")
    holder = read_lease(lease)
    return holder is not None and not is_dead(holder, time.time() - changed(lease))


def last_record(log: Path) -> tuple[str, str]:
    """Return level and text of the last record in a log, both empty where there is none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return "", ""
    found = [match for line in text.splitlines()[-200:] if (match := RECORD.match(line))]
    return (found[-1][1], found[-1][2]) if found else ("", "")


def changed(path: Path) -> float:
    """Return when a file was last written, in seconds since 1970, 0 where there is none."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
