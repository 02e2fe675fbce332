"""The canonical store of signals: written once per data set, memory-mapped by every job.

Signals are float32 [N, *shape, channels], channels last; labels are int64 [N], 0...C-1.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.data.meta import Meta, read_meta
from ltsei.data.recordings import Part, Recordings

FilePath = str | Path
DTYPE = np.dtype("<f4")


@dataclass(frozen=True)
class Store:
    """An open store: signals float32 [N, *shape, channels] as memory maps, labels int64 [N]."""

    train_signals: np.ndarray
    train_labels: np.ndarray
    test_signals: np.ndarray
    test_labels: np.ndarray
    meta: Meta

    @property
    def nbytes(self) -> int:
        """Bytes of all signals."""
        return self.train_signals.nbytes + self.test_signals.nbytes


def write_store(
    recordings: Recordings,
    *,
    train: FilePath,
    labels_train: FilePath,
    test: FilePath,
    labels_test: FilePath,
    meta: FilePath,
    fingerprints: Mapping[str, str],
) -> None:
    """Write `recordings` chunk by chunk to the five paths of a store; equal recordings give equal bytes.

    `meta` records `fingerprints`, with the checksum added as the level ``data``.

    Raises:
        InputError: signals or labels of a part cannot be used; the message names the part.
    """
    train_counts, test_counts = _checked_counts(recordings)
    content = Meta(
        class_names=recordings.class_names,
        sample_rate_hz=recordings.sample_rate_hz,
        signal_shape=recordings.train.signal_shape,
        checksum=recordings.checksum,
        train_counts=train_counts,
        test_counts=test_counts,
        notes=recordings.notes,
        fingerprints={**fingerprints, "data": recordings.checksum},
        num_validation=recordings.num_validation,
        files=recordings.files,
    )
    _write_part("train", recordings.train, train, labels_train)
    _write_part("test", recordings.test, test, labels_test)
    files.write_json(meta, asdict(content))


def open_store(
    *, train: FilePath, labels_train: FilePath, test: FilePath, labels_test: FilePath, meta: FilePath
) -> Store:
    """Open a store without reading its signals; InputError names a file that is truncated or not of this store."""
    content = read_meta(meta)
    train_shape = (sum(content.train_counts), *content.signal_shape)
    test_shape = (sum(content.test_counts), *content.signal_shape)
    return Store(
        train_signals=_open_array(train, train_shape, DTYPE, "r"),
        train_labels=_open_labels(labels_train, content.train_counts),
        test_signals=_open_array(test, test_shape, DTYPE, "r"),
        test_labels=_open_labels(labels_test, content.test_counts),
        meta=content,
    )


def open_inputs(inputs: Any) -> Store:
    """Open the store whose five paths are attributes of `inputs`, such as the inputs of a rule."""
    return open_store(
        **{name: getattr(inputs, name) for name in ("train", "labels_train", "test", "labels_test", "meta")}
    )


def _checked_counts(recordings: Recordings) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return signals per class of training and test part; InputError where shapes or labels cannot be used."""
    shape, other = recordings.train.signal_shape, recordings.test.signal_shape
    if shape != other or len(shape) < 2 or min(shape) < 1:
        raise InputError(f"train and test: got signal shapes {shape} and {other}, expected the same (*shape, channels)")
    names = recordings.class_names
    if len(set(names)) < len(names):
        raise InputError(f"class names: got {names}, expected a different name for each class")
    train = _class_counts("train", recordings.train.labels, len(names))
    num_train = len(recordings.train.labels) - recordings.num_validation
    if not 0 < num_train <= len(recordings.train.labels):
        given = f"{recordings.num_validation} of {len(recordings.train.labels)} signals"
        raise InputError(f"train: got {given} for validation, expected 0 or more, with some left for training")
    counts = _class_counts("train", recordings.train.labels[:num_train], len(names))
    if 0 in counts:
        raise InputError(f"train: class {names[counts.index(0)]!r} has no signals; labels must be 0...C-1 without gaps")
    return train, _class_counts("test", recordings.test.labels, len(names))


def _class_counts(part: str, labels: np.ndarray, num_classes: int) -> tuple[int, ...]:
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise InputError(f"{part}: got labels {labels.dtype} of shape {labels.shape}, expected integers of shape (N,)")
    if len(labels) == 0:
        raise InputError(f"{part}: no signals, expected at least one")
    if labels.min() < 0 or labels.max() >= num_classes:
        got = f"{labels.min()} to {labels.max()}"
        raise InputError(f"{part}: got labels from {got}, expected 0 to {num_classes - 1} (the class names)")
    return tuple(np.bincount(labels, minlength=num_classes).tolist())


def _write_part(name: str, part: Part, signals: FilePath, labels: FilePath) -> None:
    header = {"descr": DTYPE.str, "fortran_order": False, "shape": (len(part.labels), *part.signal_shape)}
    with files.atomic(signals) as temporary, temporary.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for values in _checked_chunks(name, part):
            file.write(values.data)
    with files.atomic(labels) as temporary, temporary.open("wb") as file:
        np.save(file, part.labels.astype("<i8"))


def _checked_chunks(name: str, part: Part) -> Iterator[np.ndarray]:
    """Yield the chunks as float32; after the last one, InputError where signals are invalid, missing or too many."""
    seen, invalid = 0, []
    for chunk in part.chunks():
        if chunk.shape[1:] != part.signal_shape:
            raise InputError(f"{name}: signal {seen} has shape {chunk.shape[1:]}, expected {part.signal_shape}")
        values = np.ascontiguousarray(chunk, dtype=DTYPE)
        finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
        invalid.extend((seen + np.flatnonzero(~finite)).tolist())
        seen += len(values)
        yield values
    if invalid:
        which = f"{len(invalid)} of {seen} signals hold NaN or infinity, the first is signal {invalid[0]}"
        raise InputError(f"{name}: {which}; fix or remove them in the source")
    if seen != len(part.labels):
        raise InputError(f"{name}: {seen} signals for {len(part.labels)} labels, expected one label per signal")


def _open_labels(path: FilePath, counts: tuple[int, ...]) -> np.ndarray:
    labels = _open_array(path, (sum(counts),), np.dtype("<i8"), None)
    if labels.min() < 0 or not np.array_equal(np.bincount(labels, minlength=len(counts)), counts):
        raise InputError(f"{path}: signals per class differ from those in meta.json; run the rule prepare again")
    return labels


def _open_array(path: FilePath, shape: tuple[int, ...], dtype: np.dtype, mode: Literal["r"] | None) -> np.ndarray:
    try:
        array: np.ndarray = np.load(path, mmap_mode=mode, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{path}: not a complete .npy file ({error}); run the rule prepare again") from error
    if array.shape != shape or array.dtype != dtype:
        got = f"{array.dtype} {array.shape}"
        raise InputError(f"{path}: holds {got}, expected {dtype} {shape}; run the rule prepare again")
    return array
