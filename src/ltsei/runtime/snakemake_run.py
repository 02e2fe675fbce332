"""One run of `snakemake`: its record, the lock of a killed run, the jobs that such a run left in Slurm's queue."""

import contextlib
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ltsei.core import files
from ltsei.runtime import slurm_shims
from ltsei.runtime.lease import describe, exists, read_lease, whoami

RECORD = slurm_shims.NOTES / "run.json"
LOCKS = Path(".snakemake/locks")
RUN = "LTSEI_RUN"
"""Environment variable that tells a job which run it belongs to."""


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
    began = time.strftime("%Y-%m-%d %H:%M:%S")
    files.write_json(RECORD, {"run": os.environ[RUN], "began": began, **whoami()})


def end() -> None:
    """Record that the run has ended normally."""
    for note in [RECORD, *slurm_shims.NOTES.glob("*.seen")]:
        note.unlink(missing_ok=True)


def dead_run() -> str | None:
    """Return a sentence about the lock of another run in this folder, None where there is no such lock."""
    if not RECORD.exists() or not LOCKS.is_dir() or not any(LOCKS.iterdir()):
        return None
    record = files.read_json(RECORD)
    if record["run"] == os.environ.get(RUN):
        return None
    run = f"the run of {record['began']} ({describe(record)})"
    if record["host"] == whoami()["host"] and exists(int(record["pid"])):
        return f"{Path.cwd()}: {run} is still running; wait for it, or stop it with: kill -INT {record['pid']}"
    there = "" if record["host"] == whoami()["host"] else f", if it no longer runs on {record['host']}"
    return (
        f"{Path.cwd()}: {run} was killed and has left its lock; `snakemake --unlock` removes it{there}, "
        "`ltsei verify --adopt` keeps what its jobs have finished since, and the same command continues"
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


def every(seconds: float, do: Callable[[], None]) -> None:
    """Call `do` repeatedly in a thread that ends with the run; a call that fails is ignored."""

    def repeat() -> None:
        while RECORD.exists():
            with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
                do()
            time.sleep(seconds)

    threading.Thread(target=repeat, daemon=True).start()


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
