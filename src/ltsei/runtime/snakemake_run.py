"""One run of `snakemake`: its record, the lock of a killed run, the jobs that such a run left in Slurm's queue."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.core.processes import exists
from ltsei.runtime import slurm_shims
from ltsei.runtime.lease import describe, read_lease, whoami
from ltsei.runtime.slurm_shims import RUN

LOCKS = Path(".snakemake/locks")
SILENT_SECONDS = 3600.0
"""A run touches its record every few seconds; on another machine, one that is silent for this long is dead."""


def start(shims: Path) -> None:
    """Record that a run has begun here; its jobs inherit what this sets in the environment.

    Args:
        shims: folder of the commands that stand in for Slurm's own.
    """
    os.environ[RUN] = uuid.uuid4().hex
    os.environ["LTSEI_PYTHON"] = sys.executable
    os.environ[slurm_shims.SHIMS] = str(shims)
    if str(shims) not in os.environ.get("PATH", ""):
        os.environ["PATH"] = f"{shims}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    for other in _others():
        if not _may_run(other):
            shutil.rmtree(slurm_shims.notes(other["run"]), ignore_errors=True)
    began = time.strftime("%Y-%m-%d %H:%M:%S")
    files.write_json(_record(), {"run": os.environ[RUN], "began": began, **whoami()})


def end() -> None:
    """Remove the record and the notes of this run, and of no other."""
    shutil.rmtree(slurm_shims.notes(), ignore_errors=True)


def other_runs() -> list[str]:
    """Return a sentence about each other run in this folder that still runs, or was killed and has left its lock."""
    if not LOCKS.is_dir() or not any(LOCKS.iterdir()):
        return []
    others = _others()
    running = [other for other in others if _runs_here(other)]
    # Runs whose files differ may work side by side; then the lock may be one of theirs, not that of a killed run.
    return [_still_running(other) for other in running] or [_killed(other) for other in others]


def _record(run: str | None = None) -> Path:
    return slurm_shims.notes(run) / "run.json"


def _others() -> list[dict[str, Any]]:
    """Return the records of all other runs in this folder, the earliest first; one that is being removed has none."""
    records = []
    for path in slurm_shims.RUNS.glob("*/run.json"):
        with contextlib.suppress(FileNotFoundError, InputError):
            records.append(files.read_json(path))
    return sorted((each for each in records if each["run"] != os.environ.get(RUN)), key=lambda each: str(each["began"]))


def _runs_here(other: dict[str, Any]) -> bool:
    """Return whether a run is alive on this machine."""
    return bool(other["host"] == whoami()["host"] and exists(int(other["pid"])))


def _may_run(other: dict[str, Any]) -> bool:
    """Return whether a run is alive here, or may be on another machine."""
    if other["host"] == whoami()["host"]:
        return _runs_here(other)
    try:
        return time.time() - _record(other["run"]).stat().st_mtime < SILENT_SECONDS
    except FileNotFoundError:
        return False


def _still_running(other: dict[str, Any]) -> str:
    return (
        f"{Path.cwd()}: the run of {other['began']} ({describe(other)}) is still running and has locked its files; "
        f"wait for it, or stop it with: kill -INT {other['pid']}"
    )


def _killed(other: dict[str, Any]) -> str:
    elsewhere = "" if other["host"] == whoami()["host"] else f", if it no longer runs on {other['host']}"
    return (
        f"{Path.cwd()}: the run of {other['began']} ({describe(other)}) was killed and has left its lock; "
        f"`snakemake --unlock` removes it{elsewhere}, `ltsei verify --adopt` keeps what its jobs have finished since, "
        "and the same command continues"
    )


def settle(prefix: str, planned: Mapping[str, tuple[str, Path]]) -> str:
    """Take over the jobs of earlier runs that this run needs, cancel the others, and return a sentence about it.

    Args:
        prefix: of the names of jobs in Slurm.
        planned: jobs that this run could start at once, as the plugin names them -> fingerprint of the recipe, lease.
    """
    orphans = slurm_shims.orphans(prefix)
    wanted = [job for job in orphans if job.name in planned and _does(job, *planned[job.name])]
    slurm_shims.take_over(wanted)
    others = [job for job in orphans if job not in wanted]
    slurm_shims.cancel([job.number for job in others])
    return f"Jobs of an earlier run in the queue: {_numbers(wanted)} taken over, {_numbers(others)} cancelled."


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


def report_stuck(prefix: str, report: Callable[[str], None], reported: set[str]) -> None:
    """Report each job in Slurm's queue that will not start by itself, and add it to those `reported`."""
    for number, reason in slurm_shims.stuck(prefix).items():
        if number not in reported:
            report(
                f"Slurm job {number} is waiting for {reason!r} and will not start by itself: "
                f"`scontrol show job {number}` shows its request; change it with `scontrol update` or "
                f"`scontrol release {number}`, or give it up with `scancel {number}`"
            )
        reported.add(number)


def _does(job: slurm_shims.Orphan, fingerprint: str, lease: Path) -> bool:
    """Return whether a job computes this recipe; one that is still pending reads it when it starts."""
    holder = read_lease(lease) or {}
    works = holder.get("slurm_job") == job.number and holder.get("fingerprint") == fingerprint
    return job.state == "PENDING" or works


def _numbers(jobs: Iterable[slurm_shims.Orphan]) -> str:
    return ", ".join(job.number for job in jobs) or "none"
