"""One run of `snakemake`: its record among those of other runs in this folder, and the lock of a killed one."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from ltsei.core import files, processes
from ltsei.core.errors import InputError
from ltsei.runtime import run_folder
from ltsei.runtime.lease import describe, whoami
from ltsei.runtime.run_folder import RUN
from ltsei.runtime.slurm.commands import SHIMS

LOCKS = Path(".snakemake/locks")
SILENT_SECONDS = 600.0
"""A run touches its record every few seconds; on another machine, one that is silent for this long is dead."""
FIELDS = {"run", "began", "host", "pid", "slurm_job"}


def start(shims: Path, outputs: Collection[str] = ()) -> None:
    """Record that a run has begun here; its jobs inherit what this sets in the environment.

    Args:
        shims: folder of the commands that stand in for Slurm's own.
        outputs: paths of files that it will write, one of each job.
    """
    os.environ[RUN] = uuid.uuid4().hex
    os.environ["LTSEI_PYTHON"] = sys.executable
    os.environ[SHIMS] = str(shims)
    if str(shims) not in os.environ.get("PATH", ""):
        os.environ["PATH"] = f"{shims}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    began = time.strftime("%Y-%m-%d %H:%M:%S")
    files.write_json(_outputs(), sorted(outputs))
    files.write_json(_record(), {"run": os.environ[RUN], "began": began, **whoami()})


def conflict(outputs: Collection[str]) -> str | None:
    """Return a sentence about another living run that writes some of these files, None where there is none.

    Snakemake locks files itself, but any run that ends removes the locks of all.
    """
    for other in _others():
        if _lives(other) and set(outputs) & set(_outputs_of(other["run"])):
            return _still_running(other)
    return None


def end() -> None:
    """Remove the record and the notes of this run, and of no other."""
    shutil.rmtree(run_folder.folder(), ignore_errors=True)


def forget_dead(keep: Collection[str] = ()) -> None:
    """Remove the folders of dead runs, except of those to `keep`, whose jobs are or may be in Slurm's queue."""
    for path in run_folder.RUNS.glob("*"):
        if path.name not in keep and not is_alive(path.name):
            shutil.rmtree(path, ignore_errors=True)


def is_alive(run: str) -> bool:
    """Return whether the run with this id is the present one, is alive on this machine, or may be on another."""
    if run == os.environ.get(RUN):
        return True
    record = _read(run)
    return record is not None and _lives(record)


def is_alone() -> bool:
    """Return whether no other run in this folder is alive."""
    return not any(map(_lives, _others()))


def other_runs() -> list[str]:
    """Return a sentence about each other run in this folder that still runs, or was killed and has left its lock."""
    if not LOCKS.is_dir() or not any(LOCKS.iterdir()):
        return []
    others = _others()
    running = [other for other in others if processes.runs(other)]
    # Runs whose files differ may work side by side; then the lock may be one of theirs, not that of a killed run.
    return [_still_running(other) for other in running] or [_killed(other) for other in others]


def _record(run: str | None = None) -> Path:
    return run_folder.folder(run) / "run.json"


def _outputs(run: str | None = None) -> Path:
    return run_folder.folder(run) / "outputs.json"


def _outputs_of(run: str) -> list[str]:
    """Return the paths of files that a run writes, one of each job."""
    try:
        paths: list[str] = files.read_json(_outputs(run))
    except (FileNotFoundError, InputError):
        return []
    return paths


def _read(run: str) -> dict[str, Any] | None:
    """Return the record of a run; None where it is being removed or damaged."""
    try:
        record = files.read_json(_record(run))
    except (FileNotFoundError, InputError):
        return None
    return record if isinstance(record, dict) and set(record) >= FIELDS else None


def _others() -> list[dict[str, Any]]:
    """Return the records of all other runs in this folder, the earliest first."""
    names = [path.name for path in run_folder.RUNS.glob("*") if path.name != os.environ.get(RUN)]
    records = [record for name in names if (record := _read(name))]
    return sorted(records, key=lambda record: str(record["began"]))


def _lives(other: dict[str, Any]) -> bool:
    """Return whether another run is alive on this machine, or may be on another."""
    alive = processes.runs(other)
    if alive is not None:
        return alive
    try:
        return time.time() - _record(other["run"]).stat().st_mtime < SILENT_SECONDS
    except FileNotFoundError:
        return False


def _still_running(other: dict[str, Any]) -> str:
    run = f"{Path.cwd()}: the run of {other['began']} ({describe(other)})"
    if processes.runs(other):
        return (
            f"{run} is still running and has locked its files; wait for it, or stop it with: kill -INT {other['pid']}"
        )
    return (
        f"{run} was running until {SILENT_SECONDS / 60:g} minutes ago or less and has locked its files; "
        f"wait, or, if it no longer runs on {other['host']}, remove {run_folder.folder(other['run'])}"
    )


def _killed(other: dict[str, Any]) -> str:
    elsewhere = "" if processes.runs(other) is False else f", if it no longer runs on {other['host']}"
    return (
        f"{Path.cwd()}: the run of {other['began']} ({describe(other)}) was killed and has left its lock; "
        f"`snakemake --unlock` removes it{elsewhere}, `ltsei verify --adopt` keeps what its jobs have finished since, "
        "and the same command continues"
    )


def every(seconds: float, do: Callable[[], None]) -> threading.Thread:
    """Call `do` repeatedly in a thread, which is returned and ends with the run; a call that fails is ignored."""
    record = _record()

    def repeat() -> None:
        while record.exists():
            with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
                os.utime(record)
                do()
            time.sleep(seconds)

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    return thread
