"""Unlabelled signals of a data set, in a store of their own beside that of the labelled ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core import content, files
from ltsei.core.content import CONTENTS
from ltsei.core.errors import InputError
from ltsei.data import duplicates
from ltsei.data.part_checks import DTYPE, checked_chunks
from ltsei.data.recordings import Part
from ltsei.data.store import Store

UNKNOWN = -1
"""Stands for the label of an unlabelled signal; it is never stored."""
CHUNK = 256
"""Stored signals compared at once."""


@dataclass(frozen=True)
class Labelled:
    """What a source of unlabelled signals knows of the labelled ones: their shape, and the notes of their source."""

    signal_shape: tuple[int, ...]
    notes: Mapping[str, Any]


@dataclass(frozen=True)
class Unlabelled:
    """What a source of unlabelled signals returns.

    Attributes:
        part: the signals; every label is `UNKNOWN`.
        checksum: as in `Recordings`.
        notes: JSON values for the record.
        files: as in `Recordings`.
        allow_duplicates: whether they may be exact copies of labelled signals.
    """

    part: Part
    checksum: str
    notes: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    allow_duplicates: bool = False


@dataclass(frozen=True)
class UnlabelledStore:
    """Stored unlabelled signals, float32 [N, *shape, channels] as a memory map, and the hash of their file."""

    signals: np.ndarray
    sha256: str


def unknown_labels(number: int) -> np.ndarray:
    """Return the labels of unlabelled signals, int64 [N]."""
    return np.full(number, UNKNOWN, dtype=np.int64)


def write_unlabelled(unlabelled: Unlabelled, store: Store, *, signals: str, origin: str, length: int | None) -> None:
    """Write unlabelled signals, as long as those of the store, and a record of where they come from.

    Args:
        unlabelled: of a source.
        store: of the labelled signals.
        signals: path of the array.
        origin: path of the record.
        length: of the data set; without one, unlabelled signals must be as long as labelled ones.

    Raises:
        InputError: the signals cannot be used, or copies of labelled ones are among them.
    """
    part = fitted(unlabelled.part, store.meta.signal_shape, length)
    header = {"descr": DTYPE.str, "fortran_order": False, "shape": (len(part.labels), *part.signal_shape)}
    seen = [np.zeros(0, duplicates.DIGEST)]
    with files.atomic(signals) as temporary:
        with temporary.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, header)
            for values in checked_chunks("unlabelled", part):
                file.write(values.data)
                seen.append(duplicates.digests(values))
        copies = _copies(np.concatenate(seen), store, unlabelled)
    notes = {**unlabelled.notes, **({"duplicates": copies} if copies else {})}
    record = {"checksum": unlabelled.checksum, "number": len(part.labels), "notes": notes, "files": unlabelled.files}
    files.write_json(origin, record)


def fitted(part: Part, shape: tuple[int, ...], length: int | None) -> Part:
    """Return unlabelled signals cut or padded to the length of the labelled ones, whose shape is given.

    Raises:
        InputError: there are none, they have another number of channels, or lengths differ and `length` is None.
    """
    if len(part.labels) == 0:
        raise InputError("unlabelled: no signals, expected at least one")
    if part.signal_shape[1:] != shape[1:]:
        raise InputError(f"unlabelled: got signals {part.signal_shape}, expected the channels of the labelled: {shape}")
    if part.signal_shape == shape:
        return part
    if length is None:
        raise InputError(
            f"unlabelled: got signals of {part.signal_shape[0]} samples, expected {shape[0]} as in training; set "
            "`length` of the data set, which cuts longer signals at the end and pads shorter ones with zeros"
        )
    return replace(part, signal_shape=shape, chunks=partial(_cut_or_padded, part, shape[0]))


def _cut_or_padded(part: Part, length: int) -> Iterator[np.ndarray]:
    for chunk in part.chunks():
        missing = max(length - chunk.shape[1], 0)
        yield np.pad(chunk[:, :length], [(0, 0), (0, missing), *[(0, 0)] * (chunk.ndim - 2)])


def _copies(digests: np.ndarray, store: Store, unlabelled: Unlabelled) -> dict[str, int]:
    """Return part -> number of unlabelled signals that are exact copies of its signals, parts without any left out.

    Raises:
        InputError: there are copies, and they are not allowed. Training signals count, since validation is drawn there.
    """
    numbers = {}
    for name, signals in (("training", store.train_signals), ("test", store.test_signals)):
        chunks = (np.ascontiguousarray(signals[start : start + CHUNK]) for start in range(0, len(signals), CHUNK))
        stored = np.concatenate([duplicates.digests(chunk) for chunk in chunks])
        copies = np.flatnonzero(np.isin(digests, stored))
        if len(copies) and not unlabelled.allow_duplicates:
            raise InputError(
                f"unlabelled: {len(copies)} of {len(digests)} signals are exact copies of {name} signals, the first "
                f"is {unlabelled.part.origin(int(copies[0]))} (counted from 0): remove the copies, or set "
                "allow_duplicates: true under `unlabelled`, which makes results look better than they are"
            )
        if len(copies):
            numbers[name] = len(copies)
    return numbers


def open_unlabelled(paths: Sequence[str]) -> UnlabelledStore | None:
    """Return the stored signals; None for a training without.

    Args:
        paths: the array and the job's record; empty without unlabelled signals.
    """
    if not paths:
        return None
    signals, record = paths
    recorded = content.read_record(record)[CONTENTS][Path(signals).name]
    return UnlabelledStore(np.load(signals, mmap_mode="r", allow_pickle=False), recorded["sha256"])
