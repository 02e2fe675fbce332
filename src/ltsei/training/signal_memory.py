"""Where a training keeps its signals: on the device, in host memory, or on disk; the batches are the same bytes."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import torch
from torch import Tensor

from ltsei.runtime.attempt import SignalMemory

SHARE = 0.5
"""Of the free memory of a GPU, or of the memory of the host, that `auto` gives to signals."""


class Signals(Protocol):
    """Rows from which batches are gathered: a tensor on the device, `HostSignals` or `DiskSignals`."""

    @property
    def device(self) -> torch.device:
        """On which gathered rows lie."""

    def __len__(self) -> int: ...

    def index_select(self, dim: int, index: Tensor, /) -> Tensor:
        """Return the rows `index`; it lies where `place_of_indices` says, and `dim` is 0."""


class HostSignals:
    """Preprocessed signals in host memory; a batch reaches a GPU by way of pinned memory, without waiting for it."""

    def __init__(self, rows: Tensor, device: torch.device) -> None:
        """Gather batches on `device` from rows [N, *shape, channels] on the host."""
        self.rows, self.device = rows, device

    def __len__(self) -> int:
        return len(self.rows)

    def index_select(self, dim: int, index: Tensor, /) -> Tensor:
        """Return the rows `index`, which lies on the host."""
        pinned = self.device.type == "cuda"
        batch = torch.empty((len(index), *self.rows.shape[1:]), dtype=self.rows.dtype, pin_memory=pinned)
        torch.index_select(self.rows, dim, index, out=batch)
        return batch.to(self.device, non_blocking=True)


class DiskSignals:
    """Signals that are read and preprocessed anew for every batch."""

    def __init__(self, read: Callable[[np.ndarray], Tensor], number: int, device: torch.device) -> None:
        """Gather batches of `number` signals with `read`, which returns preprocessed rows on `device`."""
        self.read, self.number, self.device = read, number, device

    def __len__(self) -> int:
        return self.number

    def index_select(self, dim: int, index: Tensor, /) -> Tensor:
        """Return the rows `index`, which lies on the host."""
        return self.read(index.numpy())


def place_of_indices(signals: Signals) -> torch.device:
    """Return the device on which the indices of a batch have to lie."""
    return signals.device if isinstance(signals, Tensor) else torch.device("cpu")


def chosen(memory: SignalMemory, nbytes: int, device: torch.device) -> Literal["device", "host", "disk"]:
    """Return where to keep preprocessed signals of `nbytes`; without a GPU, the device is the host."""
    if memory == "auto":
        fits_host = nbytes <= SHARE * host_bytes()
        if device.type == "cuda":
            fits = nbytes <= SHARE * torch.cuda.mem_get_info(device)[0]
            return "device" if fits else "host" if fits_host else "disk"
        return "device" if fits_host else "disk"
    return "device" if memory == "host" and device.type == "cpu" else memory


def kept_in(signals: Signals) -> str:
    """Return where signals are kept, for people."""
    match signals:
        case HostSignals():
            return f"in memory of the host, copied to {signals.device} for each batch"
        case DiskSignals():
            return "on disk, read for each batch"
    return f"on {signals.device}"


def host_bytes(own: Path = Path("/proc/self/cgroup"), groups: Path = Path("/sys/fs/cgroup")) -> int:
    """Return the memory that this process may use, in bytes: that of the machine, of its container or Slurm job.

    Args:
        own: names the control group of the process.
        groups: where control groups (version 2) lie.
    """
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    if megabytes := os.environ.get("SLURM_MEM_PER_NODE"):
        limits.append(int(megabytes) * 2**20 or limits[0])  # 0: all of the node's
    with suppress(OSError):
        group = groups / own.read_text().partition("0::/")[2].partition("\n")[0]
        for file in (folder / "memory.max" for folder in (group, *group.parents) if folder.is_relative_to(groups)):
            text = file.read_text().strip() if file.is_file() else "max"
            limits += [int(text)] if text.isdecimal() else []
    return min(limits)
