"""What a data source returns: signals in chunks, labels, class names, groups."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Part:
    """Training or test part of a source.

    Attributes:
        labels: int64 [N], 0...C-1.
        signal_shape: (*shape, channels), such as (4800, 2).
        chunks: yields float32 [n, *shape, channels] in the order of `labels`; each call starts again.
        origin: index of a signal -> where it comes from, such as ``signal 7 of data/X.npy``.
        other_lengths: samples of signals that do not have those of `signal_shape`.
    """

    labels: np.ndarray
    signal_shape: tuple[int, ...]
    chunks: Callable[[], Iterator[np.ndarray]]
    origin: Callable[[int], str] = "signal {}".format
    other_lengths: tuple[int, ...] = ()

    @property
    def lengths(self) -> tuple[int, ...]:
        """Samples per signal, each number once."""
        return tuple(dict.fromkeys((*self.signal_shape[:1], *self.other_lengths)))


@dataclass(frozen=True)
class Recordings:
    """What a data source returns.

    Attributes:
        train: every class; its last `num_validation` signals are for validation and never for training.
        test: may lack classes.
        class_names: one for each of the C classes.
        sample_rate_hz: None where it is unknown.
        checksum: SHA-256 (hex) of the bytes of all files in their order, or of the parameters of a synthetic source.
        notes: JSON values for the record, such as the map of labels.
        num_validation: may lack classes, too.
        files: path as the source was given it -> SHA-256 (hex) of each file, in the order in which they are read.
        groups: the recording, session or patient of each training signal, int64 [N], any number for those that are
            for validation; None where unknown. Validation takes whole groups.
        allow_duplicates: whether parts may share exact copies of signals.
    """

    train: Part
    test: Part
    class_names: tuple[str, ...]
    sample_rate_hz: float | None
    checksum: str
    notes: Mapping[str, Any]
    num_validation: int = 0
    files: Mapping[str, str] = field(default_factory=dict)
    groups: np.ndarray | None = None
    allow_duplicates: bool = False
