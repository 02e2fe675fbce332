"""One file of signals with its labels, read block by block."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers import keys
from ltsei.data.readers.array import Array
from ltsei.data.readers.layout import Layout, canonical
from ltsei.data.recordings import Part

BLOCK_BYTES = 32 * 2**20
"""How much is read at a time, rounded up to whole chunks of HDF5."""


@dataclass(frozen=True)
class SignalFile:
    """Signals and labels of one file; the labels may come from a second file.

    Attributes:
        path: the file of signals.
        labels_path: the file of labels.
        arrays: all arrays of both files.
        signals: one array, or I and Q.
        labels_key: key of the labels.
        layout: which axis is which.
        labels: as in the file, int64 or text [N].
        selected: indices of the signals that are used, ascending, int64 [n].
        invalid: number of signals left out because they hold NaN or infinity.
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
        return Part(labels[mask], self.signal_shape, partial(self.chunks, self.selected[mask]))

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

    def _signals_per_block(self) -> int:
        array, axis, stride = self.signals[0], self.layout.order[0], self.layout.stride
        bytes_per_signal = math.prod(array.shape) * array.dtype.itemsize // len(self.labels)
        rows = max(1, BLOCK_BYTES // bytes_per_signal)
        chunk_rows = max(1, array.stored_chunks[axis] // stride) if array.stored_chunks else 1
        return -(-rows // chunk_rows) * chunk_rows


def finite_only(file: SignalFile, drop_invalid: bool) -> SignalFile:
    """Return `file` without signals that hold NaN, infinity or values beyond float32.

    Raises:
        InputError: there are such signals and `drop_invalid` is false, or there are no others.
    """
    if all(array.dtype.kind in "iu" for array in file.signals):
        return file
    finite = np.concatenate([np.isfinite(chunk).all(axis=(1, 2)) for chunk in file.chunks(file.selected)])
    if finite.all():
        return file
    invalid = np.flatnonzero(~finite)
    if not drop_invalid:
        raise InputError(
            f"{file.path}: {len(invalid)} of {len(finite)} signals hold NaN, infinity or values beyond float32, the "
            f"first is signal {invalid[0]} (counted from 0): fix the file or set drop_invalid: true to leave them out"
        )
    return replace(file.select(finite), invalid=len(invalid))


def values_per_signal(file: SignalFile, key: str, setting: str) -> np.ndarray:
    """Return the vector `key` of the file, one value for each signal in use; `setting` is what asked for it."""
    array = keys.named(file.arrays, key, setting)
    values = array.read().ravel()
    if len(values) != len(file.labels):
        raise InputError(f"{file.path}: {setting}: {array} needs one value for each of {len(file.labels)} signals")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise InputError(f"{file.path}: {setting}: {array} holds NaN or infinity")
    selected: np.ndarray = values[file.selected]
    return selected
