"""One GPU per job on a machine without a scheduler: a file lock that is released when its holder dies."""

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
"""Open lock files; the system closes them and frees the devices however the process ends."""


def claim(count: Callable[[], int], jobs_per_device: int) -> str | None:
    """Wait for a free device, hold it until this process ends, and make it the only one that CUDA shows.

    Within a Slurm allocation it chooses among the devices of the allocation; a device claimed earlier stays.

    Args:
        count: returns the number of devices; called where `CUDA_VISIBLE_DEVICES` is not set.
        jobs_per_device: how many jobs may share a device.

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
    """Return the first device with a free slot, and its lock; the emptiest devices are tried first."""
    slots = [(device, slot) for slot in range(jobs_per_device) for device in devices]
    while True:
        for device, slot in slots:
            lock = _lock(device, slot)
            if lock:
                return device, lock
        time.sleep(SECONDS_BETWEEN_TRIES)


def _lock(device: str, slot: int) -> TextIO | None:
    path = folder() / f"{re.sub(r'[^A-Za-z0-9-]', '_', device)}.{slot}"
    try:
        file = path.open("a")
    except PermissionError:  # another user's file: locking needs no permission to write
        file = path.open("r")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def folder() -> Path:
    """Return the folder of the locks of this machine, or of one Slurm allocation; create it where missing."""
    path = Path(tempfile.gettempdir(), "ltsei-devices", os.environ.get("SLURM_JOB_ID", "machine"))
    for each in (path.parent, path):
        if not each.exists():
            each.mkdir(exist_ok=True)
            each.chmod(0o1777)
    return path
