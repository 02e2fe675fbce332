"""The Mode S messages of new recordings, each a signal to be labelled, whatever address it claims."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltsei.data.captures.capture import Capture
from ltsei.data.captures.new_recordings import PLACE, places
from ltsei.data.transponders.bursts import Bursts, open_bursts
from ltsei.data.transponders.settings import Field, MessageSettings

CLAIMED = ("address", "format")
"""What a message says: columns of predictions."""


@dataclass(frozen=True)
class NewMessages:
    """The messages of one recording, in the order of time.

    Attributes:
        capture: the recording.
        bursts: the messages of all recordings.
        rows: which of them are in this one, ascending, int64 [n].
        mask: fields whose samples are zero.
    """

    capture: Capture
    bursts: Bursts
    rows: np.ndarray
    mask: tuple[Field, ...]

    columns = (*PLACE, *CLAIMED)
    left_over = 0

    @property
    def path(self) -> str:
        """What messages to the user and predictions call the recording."""
        return self.capture.name

    @property
    def length(self) -> int:
        """Samples per signal."""
        return self.bursts.windows.length

    def __len__(self) -> int:
        return len(self.rows)

    def chunks(self) -> Iterator[np.ndarray]:
        """Yield the signals as float32 [n, L, 2] and report the progress."""
        yield from self.bursts.chunks(self.rows, self.mask, f"labelling {self.path}")

    def places(self, first: int, last: int) -> Iterator[Mapping[str, Any]]:
        """Yield the columns `PLACE` and `CLAIMED` of the messages ``first:last``."""
        rows, windows = self.rows[first:last], self.bursts.windows
        claims = zip(windows.labels[rows].tolist(), self.bursts.downlink_format[rows].tolist(), strict=True)
        where = places(self.capture, windows.start[rows], windows.stop[rows])
        for place, (label, kind) in zip(where, claims, strict=True):
            yield {**place, "address": windows.label_names[label], "format": f"DF{kind}"}


def open_new_messages(settings: MessageSettings) -> list[NewMessages]:
    """Return the messages of all recordings in the wanted formats; nothing is kept of the samples.

    Raises:
        InputError: what is wrong with the settings or the files, or there is no message in any of them.
    """
    bursts = open_bursts(settings, read=True)
    return [
        NewMessages(capture, bursts, np.flatnonzero(bursts.windows.capture == number), tuple(settings.mask))
        for number, capture in enumerate(bursts.windows.captures)
    ]
