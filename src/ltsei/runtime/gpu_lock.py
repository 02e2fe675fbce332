"""One GPU for each job on a machine without a scheduler: a file lock that is freed when its holder dies (no torch)."""

import fcntl
import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

VISIBLE = "CUDA_VISIBLE_DEVICES"
SECONDS_BETWEEN_TRIES = 0.2

_held: list[TextIO] = []
"""Open lock files; the system closes them, and frees the devices, when the process ends in whatever way."""


def claim(count: Callable[[], int], jobs_per_device: int) -> str | None:
    """Wait for a free device, keep it until this process ends, and make it the only one that CUDA shows.

    Within an allocation of Slurm it chooses among the devices of that; a device claimed before stays.

    Args:
        count: returns how many devices there are, asked where `CUDA_VISIBLE_DEVICES` does not say it.
        jobs_per_device: how many jobs may share one.

    Returns:
        The device as `CUDA_VISIBLE_DEVICES` names it, None where there is none.
    """
    if _held:
        return os.environ[VISIBLE]
    named = os.environ.get(VISIBLE)
    devices = [str(number) for number in range(count())] if named is None else _names(named)
    if not devices:
        return None
    device, lock = _wait(devices, jobs_per_device)
    _held.append(lock)
    os.environ[VISIBLE] = device
    return device


def _names(visible: str) -> list[str]:
    return [name.strip() for name in visible.split(",") if name.strip() not in ("", "-1")]


def _wait(devices: Sequence[str], jobs_per_device: int) -> tuple[str, TextIO]:
    """Return the first device that has a free place, and its lock; the emptiest are tried first."""
    places = [(device, place) for place in range(jobs_per_device) for device in devices]
    while True:
        for device, place in places:
            lock = _lock(device, place)
            if lock:
                return device, lock
        time.sleep(SECONDS_BETWEEN_TRIES)


def _lock(device: str, place: int) -> TextIO | None:
    path = folder() / f"{re.sub(r'[^A-Za-z0-9-]', '_', device)}.{place}"
    try:
        file = path.open("a")
    except PermissionError:  # another user made it; a lock needs no right to write
        file = path.open("r")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def folder() -> Path:
    """Return where the locks of this machine lie, or those of one allocation of Slurm, made if need be."""
    path = Path(tempfile.gettempdir(), "ltsei-devices", os.environ.get("SLURM_JOB_ID", "machine"))
    for made in (path.parent, path):
        if not made.exists():
            made.mkdir(exist_ok=True)
            made.chmod(0o1777)
    return path
