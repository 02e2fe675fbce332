"""How the jobs of this folder ended, as their own scripts noted it: Slurm forgets jobs, after as little as 2 s.

``{number}.status`` holds the exit status that a job's script wrote last; a job that was killed has none.
``{number}.json`` holds what Slurm said about a job that failed: state, reason, node, memory, time limit.
"""

import shlex
import time
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.runtime import run_folder

FOLDER = run_folder.NOTES / "slurm"
KEPT_SECONDS = 30 * 86400.0


def recorded(command: str) -> str:
    """Return a command for `sh` that runs `command` and notes its exit status under the number of the Slurm job."""
    path = shlex.quote(str(Path.cwd() / FOLDER))
    note = f'{path}/"$SLURM_JOB_ID".status'
    return f"mkdir -p {path}; rm -f {note}; {command}\nstatus=$?; echo $status >{note}; exit $status"


def succeeded(number: str) -> bool | None:
    """Return whether a job's script ended with status 0; None where it was killed before it could say so."""
    try:
        text = (FOLDER / f"{number}.status").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return text == "0" if text.isdecimal() else None


def note_failure(number: str, **facts: str) -> None:
    """Note what Slurm says about a job that failed, while it still knows."""
    files.write_json(FOLDER / f"{number}.json", facts)


def failure(number: str) -> dict[str, Any]:
    """Return what Slurm said about a job that failed; empty where nothing was noted."""
    try:
        facts: dict[str, Any] = files.read_json(FOLDER / f"{number}.json")
    except (FileNotFoundError, InputError):
        return {}
    return facts


def tidy() -> None:
    """Remove notes that are older than a month."""
    for path in FOLDER.glob("*.*"):
        if time.time() - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)
