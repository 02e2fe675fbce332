"""Processes: whether one still runs, however often its number has been given to others since."""

import functools
import os
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path


def exists(pid: int) -> bool:
    """Return whether a process with this number runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def identity() -> dict[str, str]:
    """Return what identifies this process among all processes of all machines, also after a reboot."""
    return {**_machine(), "pid": str(os.getpid()), "started": started(os.getpid()) or ""}


def runs(process: Mapping[str, str]) -> bool | None:
    """Return whether a process still runs.

    Args:
        process: what `identity` returned there; without ``boot`` and ``started``, its number alone decides.

    Returns:
        None where this machine cannot tell: the process is one of another machine or container, or of this machine
        before it was started anew.
    """
    here = _machine()
    if any(process.get(key, value) != value for key, value in here.items()) or "host" not in process:
        return None
    now = started(int(process["pid"]))
    return now is not None and now == process.get("started", now)


def started(pid: int) -> str | None:
    """Return when a process started, in units of this machine's own; None if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return _started_elsewhere(pid)
    return None if fields[0] in "ZX" else fields[19]


def _started_elsewhere(pid: int) -> str | None:
    """Return the same on a system without Linux's /proc."""
    if Path("/proc/self/stat").exists() or not exists(pid):
        return None
    shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], text=True, capture_output=True, check=False)
    return " ".join(shown.stdout.split()) or None


@functools.cache
def _machine() -> dict[str, str]:
    """Return host name, boot and namespace of process numbers; containers of one machine differ in the last."""
    boot, namespace = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    return {
        "host": socket.gethostname(),
        "boot": boot.read_text(encoding="utf-8").strip() if boot.exists() else "",
        "namespace": str(namespace.readlink()) if namespace.is_symlink() else "",
    }
