"""A lease on the files that a job writes, so that no two jobs write them at once, on whatever machines they run.

A job may outlive the run that started it, when that run is killed or a node becomes unreachable. The next run starts
the same job again, which then finds the lease of the first: a file that its holder touches as long as it lives. The
second job asks the holder to stop (a training saves its state and does), waits, and resumes from there.
"""

import json
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ltsei.core import processes
from ltsei.core.errors import Interrupted

HEARTBEAT_SECONDS = 2.0
EXPIRY_SECONDS = 60.0
"""A holder that has not touched its lease for this long is dead; cluster file systems may lag by tens of seconds."""
GRACE_SECONDS = 5.0
"""The snakemake around a stopped job deletes outputs that it considers incomplete; let it finish first."""

log = logging.getLogger(__name__)


class Lease:
    """A lease file, held inside the `with` block."""

    def __init__(
        self, path: str | Path, *, stop: Callable[[], bool], asked: Callable[[], None], **details: str
    ) -> None:
        """Describe a lease.

        Args:
            path: of the lease file, one per job.
            stop: returns whether to give up waiting.
            asked: called in another thread when another job waits for the lease, or has taken it.
            details: more about the holder, stored in the file.
        """
        self.path, self.wanted = Path(path), Path(f"{path}.wanted")
        self._stop, self._asked = stop, asked
        self.holder = {"token": uuid.uuid4().hex, **whoami(), **details}
        self._released = threading.Event()
        self._heart = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        waited = False
        while not self._create():
            waited |= self._wait(waited)
        if waited:
            time.sleep(GRACE_SECONDS)
        self.wanted.unlink(missing_ok=True)
        self._heart.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._released.set()
        self._heart.join()
        if read_lease(self.path) == self.holder:
            self.path.unlink(missing_ok=True)

    def _create(self) -> bool:
        """Create the file unless it exists; exactly one of several processes succeeds."""
        try:
            with self.path.open("x", encoding="utf-8") as file:
                json.dump(self.holder, file)
        except FileExistsError:
            return False
        return True

    def _wait(self, announced: bool) -> bool:
        """Wait a moment for a living holder and return True; remove the file of a dead one and return False."""
        holder = read_lease(self.path)
        self.wanted.touch()
        if holder is None or is_dead(holder, self._silence()):
            self._remove(holder)
            return False
        if not announced:
            log.info("waiting: %s is working on this and has been asked to hand over", describe(holder))
        if self._stop():
            raise Interrupted(f"stopped while waiting for {describe(holder)}")
        time.sleep(HEARTBEAT_SECONDS / 4)
        return True

    def _silence(self) -> float:
        """Return the seconds since the holder last touched its lease, by the clock of the file system."""
        try:
            return self.wanted.stat().st_mtime - self.path.stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def _remove(self, holder: dict[str, Any] | None) -> None:
        """Remove the file of a dead holder, but not one that another job has created in the meantime."""
        if holder is None and self._silence() < HEARTBEAT_SECONDS:  # it is being written
            time.sleep(HEARTBEAT_SECONDS / 4)
            return
        aside = self.path.with_name(f"{self.path.name}.{self.holder['token']}")
        try:
            self.path.rename(aside)
        except FileNotFoundError:
            return
        if read_lease(aside) != holder:
            aside.rename(self.path)
            return
        aside.unlink()
        if holder:
            log.info("taking over from %s, which has died", describe(holder))

    def _beat(self) -> None:
        while not self._released.wait(HEARTBEAT_SECONDS):
            if read_lease(self.path) != self.holder:
                log.warning("another job has taken the lease %s", self.path)
                self._asked()
                return
            os.utime(self.path)
            if self.wanted.exists():
                self._asked()


def read_lease(path: Path) -> dict[str, Any] | None:
    """Return the content of a lease file, None where there is none or it is incomplete."""
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return holder if isinstance(holder, dict) and {"host", "pid", "slurm_job"} <= set(holder) else None


def whoami() -> dict[str, str]:
    """Return what identifies this process on a cluster."""
    return {**processes.identity(), "slurm_job": os.environ.get("SLURM_JOB_ID", "")}


def is_dead(holder: dict[str, Any], silence: float) -> bool:
    """Return whether the holder of a lease has ended for certain, or has been silent for too long."""
    alive = processes.runs(holder)
    if alive is not None:
        return not alive
    job = os.environ.get("SLURM_JOB_ID", "")
    requeued = bool(job) and holder["slurm_job"] == job
    return requeued or silence > EXPIRY_SECONDS


def describe(holder: dict[str, Any]) -> str:
    """Return a holder in words."""
    job = f"Slurm job {holder['slurm_job']}, " if holder["slurm_job"] else ""
    return f"{job}process {holder['pid']} on {holder['host']}"
