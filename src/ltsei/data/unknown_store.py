"""The stored test signals of unknown classes, apart from the store of the known ones: for open-set metrics alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ltsei.core import content, files
from ltsei.core.content import DamagedError
from ltsei.data.known_classes import WHERE
from ltsei.data.recordings import Part
from ltsei.data.signal_file import fitted, write_signals


@dataclass(frozen=True)
class UnknownStore:
    """Signals of unknown classes.

    Attributes:
        signals: float32 [N, *shape, channels], as a memory map.
        labels: index into `class_names`, int64 [N].
        class_names: of the unknown classes.
    """

    signals: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]


def write_unknown(
    part: Part,
    class_names: Sequence[str],
    shape: tuple[int, ...],
    length: int | None,
    *,
    signals: str,
    labels: str,
    origin: str,
) -> None:
    """Write the signals of unknown classes, their labels, and a record with the names of the classes.

    Args:
        part: the signals, labels from 0.
        class_names: of these labels.
        shape: of the stored signals of known classes, which these get, too.
        length: of the data set; without one, all signals must have one length.
        signals: path of the array.
        labels: likewise.
        origin: path of the record, written last.

    Raises:
        InputError: the signals cannot be used.
    """
    part = fitted(WHERE, part, shape, length)
    with files.atomic(signals) as temporary:
        write_signals(WHERE, part, temporary)
    files.write_npy(labels, part.labels.astype("<i8"))
    record = {"class_names": list(class_names), "contents": content.contents_of(signals, labels)}
    files.write_json(origin, content.sealed(record))


def open_unknown(*, signals: str | Path, labels: str | Path, origin: str | Path) -> UnknownStore:
    """Open the signals of unknown classes without reading them; DamagedError where the files do not belong together."""
    names = tuple(content.read_record(origin)["class_names"])
    opened = np.load(signals, mmap_mode="r", allow_pickle=False)
    numbers = np.load(labels, allow_pickle=False)
    if len(opened) != len(numbers) or numbers.max(initial=-1) >= len(names):
        raise DamagedError(labels, "not the labels of the signals beside it")
    return UnknownStore(opened, numbers, names)
