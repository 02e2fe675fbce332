"""One file of signals with its labels, read block by block."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.array import Array
from ltsei.data.readers.layout import Layout, canonical
from ltsei.data.recordings import Part

BLOCK_BYTES = 32 * 2**20
"""How much is read at a time, rounded up to whole chunks of HDF5."""


@dataclass(frozen=True)
class SignalFile:
    """Signals and labels of one file; the labels may come from a second file.

    Attributes:
        path: the file of signals; for one file per class, the folder of these files or their pattern.
        labels_path: the file of labels.
        arrays: all arrays of both files.
        signals: one array, or I and Q.
        labels_key: key of the labels.
        layout: which axis is which.
        labels: as in the file, int64 or text [N].
        selected: indices of the signals that are used, ascending, int64 [n].
        invalid: number of signals left out because they hold NaN or infinity or are constant.
        unwanted: number of signals left out because the settings select others.
    """

    path: Path
    labels_path: Path
    arrays: tuple[Array, ...]
    signals: tuple[Array, ...]
    labels_key: str
    layout: Layout
    labels: np.ndarray
    selected: np.ndarray
    invalid: int = 0
    unwanted: int = 0

    @property
    def signal_shape(self) -> tuple[int, int]:
        """(L, channels)."""
        return self.layout.length, self.layout.channels * len(self.signals)

    @property
    def selected_labels(self) -> np.ndarray:
        """Labels of the signals that are used, as in the file, [n]."""
        labels: np.ndarray = self.labels[self.selected]
        return labels

    def select(self, mask: np.ndarray) -> "SignalFile":
        """Return this file without the signals for which bool `mask` [n] is False."""
        selected = self.selected[mask]
        if len(selected) == 0:
            raise InputError(f"{self.path}: none of {len(self.labels)} signals is left to use")
        return replace(self, selected=selected)

    def part(self, labels: np.ndarray, mask: np.ndarray) -> Part:
        """Return the signals in use for which bool `mask` is True; `labels` are 0...C-1, both [n]."""
        indices = self.selected[mask]
        return Part(labels[mask], self.signal_shape, partial(self.chunks, indices), partial(self._origin, indices))

    def chunks(self, indices: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the signals `indices` (ascending) as float32 [n, L, channels], one block of the file at a time."""
        axis, stride = self.layout.order[0], self.layout.stride
        rows = self._signals_per_block()
        first_rows = np.unique(indices // rows) * rows
        bounds = [(first * stride, (first + rows) * stride) for first in first_rows.tolist()]
        readers = [array.blocks(axis, bounds) for array in self.signals]
        for first, *blocks in zip(first_rows, *readers, strict=True):
            in_block = indices[np.searchsorted(indices, first) : np.searchsorted(indices, first + rows)] - first
            block = np.concatenate([canonical(block, self.layout) for block in blocks], axis=-1)
            yield block[in_block]

    @property
    def pieces(self) -> tuple[Array, ...]:
        """The arrays in files of which the signals consist."""
        return tuple(piece for array in self.signals for piece in array.pieces)

    @property
    def content(self) -> tuple[tuple[Path, str], ...]:
        """File and key of every array of signals."""
        return tuple((piece.path, piece.key) for piece in self.pieces)

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files of signals and labels, in the order in which they are read."""
        return tuple(dict.fromkeys([*(piece.path for piece in self.pieces), self.labels_path]))

    def _origin(self, indices: np.ndarray, position: int) -> str:
        return self.signals[0].origin(int(indices[position]))

    def _signals_per_block(self) -> int:
        array, axis, stride = self.signals[0], self.layout.order[0], self.layout.stride
        bytes_per_signal = math.prod(array.shape) * array.dtype.itemsize // len(self.labels)
        rows = max(1, BLOCK_BYTES // bytes_per_signal)
        chunk_rows = max(1, array.stored_chunks[axis] // stride) if array.stored_chunks else 1
        return -(-rows // chunk_rows) * chunk_rows


def usable_only(file: SignalFile, drop_invalid: bool) -> SignalFile:
    """Return `file` without signals that hold NaN, infinity or values beyond float32, and without constant ones.

    Raises:
        InputError: there are such signals and `drop_invalid` is false, or there are no others.
    """
    masks = [_usable(chunk) for chunk in file.chunks(file.selected)]
    finite, varying = (np.concatenate(each) for each in zip(*masks, strict=True))
    usable = finite & varying
    if usable.all():
        return file
    if not drop_invalid:
        clauses = (
            _clause(file, finite, "hold NaN, infinity or values beyond float32"),
            _clause(file, varying, "are constant: all their samples are equal, for example zero"),
        )
        raise InputError(
            f"{file.path}: {'; '.join(filter(None, clauses))}: fix the file or set drop_invalid: true to leave them out"
        )
    return replace(file.select(usable), invalid=int((~usable).sum()))


def _usable(chunk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each signal [n, L, channels] whether it is finite and whether it varies; one sample need not vary."""
    finite = np.isfinite(chunk).all(axis=(1, 2))
    varying = (chunk != chunk[:, :1]).any(axis=(1, 2))
    return finite, varying | ~finite | (chunk.shape[1] == 1)


def _clause(file: SignalFile, passed: np.ndarray, problem: str) -> str:
    """Return how many signals have a problem and which is the first; nothing where none has it."""
    failed = np.flatnonzero(~passed)
    if len(failed) == 0:
        return ""
    first = file.signals[0].origin(int(file.selected[failed[0]])).removesuffix(f" of {file.path}")
    return f"{len(failed)} of {len(passed)} signals {problem}, the first is {first} (counted from 0)"
