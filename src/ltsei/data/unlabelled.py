"""Unlabelled signals of a data set, in a store of their own beside that of the labelled ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core import content, files
from ltsei.core.content import CONTENTS
from ltsei.core.errors import InputError
from ltsei.data import duplicates
from ltsei.data.recordings import Part
from ltsei.data.signal_file import fitted, write_signals
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
    part = fitted("unlabelled", unlabelled.part, store.meta.signal_shape, length)
    with files.atomic(signals) as temporary:
        copies = _copies(write_signals("unlabelled", part, temporary), store, unlabelled)
    notes = {**unlabelled.notes, **({"duplicates": copies} if copies else {})}
    record = {"checksum": unlabelled.checksum, "number": len(part.labels), "notes": notes, "files": unlabelled.files}
    files.write_json(origin, record)


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
