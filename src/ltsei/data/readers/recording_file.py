"""One file of signals with its labels: found, understood, and read piece by piece."""

import math
import shlex
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ltsei.core.errors import InputError
from ltsei.data.readers import keys, layout
from ltsei.data.readers.array import AmbiguityError, Array
from ltsei.data.readers.containers import open_container
from ltsei.data.readers.labels import label_vector
from ltsei.data.store import Part

BLOCK_BYTES = 32 * 2**20
"""What is read at a time, rounded up to whole chunks of HDF5."""


@dataclass(frozen=True)
class Reading:
    """How the user says files are to be read; None and ``auto`` leave it to the files (`files.build`)."""

    x_key: str | None = None
    y_key: str | None = None
    i_key: str | None = None
    q_key: str | None = None
    layout: str = "auto"
    expected_length: int | None = None


@dataclass(frozen=True)
class RecordingFile:
    """Signals and labels of one file (the labels may come from a second one).

    Attributes:
        arrays: everything in the file of signals and in that of labels.
        signals: one array, or I and Q.
        labels: as in the file, int64 or text [M].
        kept: indices of the M signals which are used, ascending.
        invalid: how many signals were left out since they hold NaN or infinity.
    """

    path: Path
    labels_path: Path
    arrays: tuple[Array, ...]
    signals: tuple[Array, ...]
    labels_key: str
    layout: layout.Layout
    labels: np.ndarray
    kept: np.ndarray
    invalid: int = 0

    @property
    def signal_shape(self) -> tuple[int, int]:
        """(L, channels)."""
        return self.layout.length, self.layout.channels * len(self.signals)

    def only(self, wanted: np.ndarray) -> "RecordingFile":
        """Return this source without the signals for which bool `wanted` [M] is False."""
        kept = self.kept[wanted[self.kept]]
        if len(kept) == 0:
            raise InputError(f"{self.path}: none of {len(self.labels)} signals is left to use")
        return replace(self, kept=kept)

    def part(self, labels: np.ndarray, chosen: np.ndarray) -> Part:
        """Return the kept signals where bool `chosen` is True; `labels` has one entry per kept signal."""
        return Part(labels[chosen], self.signal_shape, partial(self.chunks, self.kept[chosen]))

    def chunks(self, indices: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the signals `indices` (ascending) as float32 [n, L, channels], a block of the file at a time."""
        axis, stride = self.layout.order[0], self.layout.stride
        rows = self._rows_per_block()
        first_rows = np.unique(indices // rows) * rows
        bounds = [(first * stride, (first + rows) * stride) for first in first_rows.tolist()]
        readers = [array.blocks(axis, bounds) for array in self.signals]
        for first, *blocks in zip(first_rows, *readers, strict=True):
            wanted = indices[np.searchsorted(indices, first) : np.searchsorted(indices, first + rows)] - first
            block = np.concatenate([layout.canonical(block, self.layout) for block in blocks], axis=-1)
            yield block[wanted]

    def _rows_per_block(self) -> int:
        """Return the signals read at a time."""
        array, axis, stride = self.signals[0], self.layout.order[0], self.layout.stride
        bytes_per_signal = math.prod(array.shape) * array.dtype.itemsize // len(self.labels)
        rows = max(1, BLOCK_BYTES // bytes_per_signal)
        grain = max(1, array.stored_chunks[axis] // stride) if array.stored_chunks else 1
        return -(-rows // grain) * grain


def open_recording_file(path: str, labels_path: str | None, role: keys.Role, reading: Reading) -> RecordingFile:
    """Return the signals and labels of a file, unread; InputError says what is ambiguous and how to resolve it."""
    try:
        return _open(path, labels_path, role, reading)
    except AmbiguityError as error:
        given = {"train_labels": labels_path, **asdict(reading)}
        wanted = {key: value for key, value in given.items() if value not in (None, "auto")} | error.example
        command = shlex.join(
            ["python", "-m", "ltsei", "inspect", path, *(f"{key}={scalar(wanted[key])}" for key in wanted)]
        )
        trial = f"; to try it:\n  {command}" if error.example else ""
        raise InputError(f"{error} under source: in the YAML{trial}") from error


def _open(path: str, labels_path: str | None, role: keys.Role, reading: Reading) -> RecordingFile:
    if labels_path is None and Path(path).suffix.lower() == ".npy":
        keys.refuse_labels(Path(path))
    contents = open_container(path)
    signals = _signal_arrays(contents, role, reading)
    labels_file = Path(labels_path) if labels_path else Path(path)
    if labels_path is None and labels_file.suffix.lower() == ".npy":
        labels_file = keys.partner(labels_file)
    label_contents = contents if labels_file == Path(path) else open_container(labels_file)
    found = keys.label_array(label_contents, reading.y_key, role, signals)
    try:
        labels = label_vector(found.read())
    except InputError as error:
        raise InputError(f"{labels_file}: {found}: {error}") from error
    layout = _decide(signals, labels, found, reading)
    arrays = (*contents, *(label_contents if label_contents is not contents else ()))
    return RecordingFile(
        Path(path), labels_file, arrays, signals, found.key, layout, labels, np.arange(len(labels), dtype=np.int64)
    )


def scalar(value: Any) -> str:
    """Return a YAML scalar which reads back as `value`."""
    return yaml.safe_dump(value, default_flow_style=True, width=10**6).removesuffix("...\n").strip()


def finite_only(source: RecordingFile, drop_invalid: bool) -> RecordingFile:
    """Return `source` without signals that hold NaN or infinity.

    Raises:
        InputError: there are such signals and `drop_invalid` is false, or no other ones.
    """
    if all(array.dtype.kind in "iu" for array in source.signals):
        return source
    finite = np.concatenate([np.isfinite(chunk).all(axis=(1, 2)) for chunk in source.chunks(source.kept)])
    if finite.all():
        return source
    bad = np.flatnonzero(~finite)
    if not drop_invalid:
        raise InputError(
            f"{source.path}: {len(bad)} of {len(finite)} signals hold NaN, infinity or values beyond float32, the "
            f"first is signal {bad[0]} (from 0): mend the file or set drop_invalid: true to leave them out"
        )
    return replace(source.only(finite), invalid=len(bad))


def per_signal(source: RecordingFile, key: str, setting: str) -> np.ndarray:
    """Return the vector `key` of the file, one value per kept signal."""
    array = keys.named(source.arrays, key, setting)
    values = array.read().ravel()
    if len(values) != len(source.labels):
        raise InputError(f"{source.path}: {setting}: {array} has no value for each of {len(source.labels)} signals")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise InputError(f"{source.path}: {setting}: {array} holds NaN or infinity")
    kept: np.ndarray = values[source.kept]
    return kept


def _signal_arrays(contents: list[Array], role: keys.Role, reading: Reading) -> tuple[Array, ...]:
    if reading.i_key is None and reading.q_key is None:
        arrays = [*keys.signal_arrays(contents, reading.x_key, role)]
    elif reading.i_key is None or reading.q_key is None or reading.x_key is not None:
        raise InputError(f"{contents[0].path}: i_key and q_key name two arrays and go together, without x_key")
    else:
        arrays = [keys.named(contents, reading.i_key, "i_key"), keys.named(contents, reading.q_key, "q_key")]
    for array in arrays:
        if not array.is_numeric:
            raise InputError(f"{array.path}: {array} cannot be the signals: expected numbers in a plain array")
    if len({array.shape for array in arrays}) > 1 or (len(arrays) > 1 and any(array.is_complex for array in arrays)):
        raise InputError(f"{arrays[0].path}: I and Q must be real and of one shape, got {keys.listing(arrays)}")
    return tuple(arrays)


def _decide(signals: tuple[Array, ...], labels: np.ndarray, found: Array, reading: Reading) -> layout.Layout:
    array = signals[0]
    where = f"{array.path}: {array}, labels {found}"
    try:
        return layout.decide(
            array.shape,
            scalar=len(signals) == 1 and not array.is_complex,
            num_signals=len(labels),
            layout=reading.layout,
            expected_length=reading.expected_length,
            channels=2 if array.is_complex else 1,
        )
    except AmbiguityError as error:
        raise AmbiguityError(f"{where}: {error}", **error.example) from error
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
