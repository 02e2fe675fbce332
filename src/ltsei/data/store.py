"""The canonical store of signals: written once per data set, memory-mapped by every job.

Signals are float32 [N, *shape, channels], channels last; labels are int64 [N], 0...C-1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ltsei.core import content, files
from ltsei.core.errors import InputError
from ltsei.data import duplicates
from ltsei.data.meta import Meta, read_meta, write_meta
from ltsei.data.one_length import one_length
from ltsei.data.part_checks import DTYPE, checked_counts
from ltsei.data.recordings import Recordings
from ltsei.data.signal_file import write_signals

FilePath = str | Path


@dataclass(frozen=True)
class Store:
    """An open store: signals float32 [N, *shape, channels] as memory maps, labels int64 [N] for training alone.

    The labels of the test part are for the evaluation alone: `read_test_labels`.
    """

    train_signals: np.ndarray
    train_labels: np.ndarray
    test_signals: np.ndarray
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
    groups_train: FilePath,
    meta: FilePath,
    fingerprints: Mapping[str, str],
    length: int | None = None,
) -> None:
    """Write `recordings` chunk by chunk to the six paths of a store; equal recordings give equal bytes.

    `meta` records `fingerprints`, with the checksum added as the level ``data``, and the hashes of the arrays. Exact
    copies of a training signal count as one group with it. Signals become `length` samples long where the parts differ
    in length.

    Raises:
        InputError: signals or labels of a part cannot be used, or two parts share exact copies of signals; the
            message names the part.
    """
    recordings = one_length(recordings, length)
    train_counts, test_counts = checked_counts(recordings)
    with files.atomic(train) as train_file, files.atomic(test) as test_file:
        digests = write_signals("train", recordings.train, train_file)
        copies = duplicates.compare(recordings, digests, write_signals("test", recordings.test, test_file))
        groups = duplicates.merged_groups(recordings.groups, digests)
    _write_integers(labels_train, recordings.train.labels)
    _write_integers(labels_test, recordings.test.labels)
    _write_integers(groups_train, np.zeros(0) if groups is None else groups)
    stored = Meta(
        class_names=recordings.class_names,
        sample_rate_hz=recordings.sample_rate_hz,
        signal_shape=recordings.train.signal_shape,
        checksum=recordings.checksum,
        train_counts=train_counts,
        test_counts=test_counts,
        notes={**recordings.notes, **copies},
        fingerprints={**fingerprints, "data": recordings.checksum},
        num_validation=recordings.num_validation,
        files=recordings.files,
        contents=content.contents_of(train, labels_train, test, labels_test, groups_train),
    )
    write_meta(meta, stored)


def read_groups(path: FilePath) -> np.ndarray | None:
    """Return the group of each training signal, int64 [N]; None where the store knows none."""
    groups: np.ndarray = np.load(path, allow_pickle=False)
    return groups if len(groups) else None


def open_store(*, train: FilePath, labels_train: FilePath, test: FilePath, meta: FilePath) -> Store:
    """Open a store without reading its signals; InputError names a file that is truncated or not of this store."""
    stored = read_meta(meta)
    train_shape = (sum(stored.train_counts), *stored.signal_shape)
    test_shape = (sum(stored.test_counts), *stored.signal_shape)
    return Store(
        train_signals=_open_array(train, train_shape, DTYPE, "r"),
        train_labels=_open_labels(labels_train, stored.train_counts),
        test_signals=_open_array(test, test_shape, DTYPE, "r"),
        meta=stored,
    )


def open_inputs(inputs: Any) -> Store:
    """Open the store whose four paths are attributes of `inputs`, such as the inputs of a rule."""
    return open_store(**{name: getattr(inputs, name) for name in ("train", "labels_train", "test", "meta")})


def read_test_labels(labels_test: FilePath, meta: FilePath) -> np.ndarray:
    """Return the labels of the test part, int64 [N]; InputError where they are not those of the store."""
    return _open_labels(labels_test, read_meta(meta).test_counts)


def _write_integers(path: FilePath, values: np.ndarray) -> None:
    files.write_npy(path, values.astype("<i8"))


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
