"""New recordings without labels, cut into windows that are read as they are labelled; none is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.captures.capture import Capture, Segment
from ltsei.data.captures.listing import ARCHIVE, META
from ltsei.data.captures.opening import open_unlabelled
from ltsei.data.captures.progress import Progress
from ltsei.data.captures.resampling import Resampled
from ltsei.data.captures.settings import OpeningSettings, WindowSettings
from ltsei.data.captures.sigmf import sigmf_recordings
from ltsei.data.captures.sigmf_segments import capture_bounds
from ltsei.data.captures.source import open_captures
from ltsei.data.captures.usable import IMPLAUSIBLE
from ltsei.data.captures.windows import BLOCK_SAMPLES, Windows

PLACE = ("start_sample", "num_samples", "start_s")
"""Where a signal lies in its recording: columns of predictions, in samples as they are stored, and in seconds."""


@dataclass(frozen=True)
class NewRecording:
    """One recording as windows of one length, in the order of time, computed from their indices and never stored.

    Attributes:
        capture: its segments are those of SigMF, whose borders no window crosses, or the whole recording.
        length: samples per window, at the rate of the data set.
        hop: samples from the start of a window to that of the next.
        padded: whether a segment shorter than a window is one window that ends with zeros.
    """

    capture: Capture
    length: int
    hop: int
    padded: bool

    columns = PLACE

    @property
    def path(self) -> str:
        """What messages and predictions call the recording."""
        return self.capture.name

    @cached_property
    def _ends(self) -> list[int]:
        """How many windows there are up to the end of each segment."""
        return list(accumulate(self._number(each.stop - each.start) for each in self.capture.segments))

    def _number(self, samples: int) -> int:
        if samples < self.length:
            return int(self.padded and samples > 0)
        return (samples - self.length) // self.hop + 1

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @property
    def left_over(self) -> int:
        """Samples after the last window of each segment, as stored, which are in no window."""
        left = 0
        for each in self.capture.segments:
            samples = each.stop - each.start
            number = self._number(samples)
            left += max(0, samples - ((number - 1) * self.hop + self.length if number else 0))
        up, down = ratio(self.capture)
        return round(left * down / up)

    def bounds(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """Return starts and stops of the windows ``first:last``, int64, at the rate of the data set."""
        index = np.arange(first, last)
        segment = np.searchsorted(self._ends, index, side="right")
        before = np.array([0, *self._ends])[segment]
        edges = np.array([(each.start, each.stop) for each in self.capture.segments], dtype=np.int64)[segment]
        start = edges[:, 0] + (index - before) * self.hop
        return start, np.minimum(start + self.length, edges[:, 1])

    def chunks(self) -> Iterator[np.ndarray]:
        """Yield the windows as float32 [n, L, channels], a block of the recording at a time; report the progress.

        Windows with implausible values are NaN, since training knows none.

        Raises:
            InputError: no window of the first block has plausible values.
        """
        progress = Progress(f"labelling {self.path}", len(self))
        step = max(1, BLOCK_SAMPLES // max(self.length, self.hop))
        for first in range(0, len(self), step):
            last = min(first + step, len(self))
            chunk = self._read(first, last)
            with np.errstate(invalid="ignore"):
                plausible = (np.abs(chunk) < IMPLAUSIBLE).all(axis=(1, 2))
            if first == 0 and not plausible.any():
                raise wrong_datatype(self.capture, len(chunk))
            chunk[~plausible] = np.nan
            yield chunk
            progress.at(last)

    def _read(self, first: int, last: int) -> np.ndarray:
        start, stop = self.bounds(first, last)
        nothing = np.zeros_like(start)
        windows = Windows([self.capture], self.length, nothing, start, stop, nothing, ("",))
        return np.concatenate(list(windows.chunks(np.arange(last - first), f"reading {self.path}")))

    def places(self, first: int, last: int) -> Iterator[Mapping[str, Any]]:
        """Yield the columns `PLACE` of the windows ``first:last``."""
        return places(self.capture, *self.bounds(first, last))


def open_new_recordings(settings: WindowSettings) -> list[NewRecording]:
    """Return all recordings in the order of their paths, at the rate of the data set, unread but for checksums.

    Raises:
        InputError: what is wrong with the settings or the files, or a recording is shorter than a window.
    """
    recordings = [
        NewRecording(capture, settings.length, settings.hop or settings.length, settings.short == "pad")
        for capture in open_captures(settings, read=True, opener=_open_whole)
    ]
    for recording in recordings:
        if len(recording) == 0 and settings.short == "error":
            raise InputError(
                f"{recording.path}: {recording.capture.samples.count} samples are fewer than a window of "
                f"{settings.length}: set short to pad (append zeros) or skip (leave the recording out)"
            )
    return recordings


def _open_whole(path: Path, settings: OpeningSettings, *, read: bool) -> Iterator[Capture]:
    """Yield the recordings in a file as one segment each, or, of SigMF, its captures as segments."""
    captures = open_unlabelled(path, settings, read=read)
    if path.suffix not in (META, ARCHIVE):
        yield from (replace(each, segments=(Segment(0, each.samples.count, ""),)) for each in captures)
        return
    for capture, recording in zip(captures, sigmf_recordings(path), strict=True):
        bounds = capture_bounds(recording, capture.samples.count)
        yield replace(capture, segments=tuple(Segment(start, stop, "") for start, stop in bounds))


def ratio(capture: Capture) -> tuple[int, int]:
    """Return by which numbers a rate is multiplied and divided to get from the recording to its samples."""
    return (capture.samples.up, capture.samples.down) if isinstance(capture.samples, Resampled) else (1, 1)


def places(capture: Capture, start: np.ndarray, stop: np.ndarray) -> Iterator[Mapping[str, Any]]:
    """Yield the columns `PLACE` of signals with bounds at the rate of the data set."""
    up, down = ratio(capture)
    first = start * down // up
    last = first + np.ceil((stop - start) * down / up).astype(np.int64)
    if isinstance(capture.samples, Resampled):
        last = np.minimum(last, capture.samples.samples.count)
    rate = capture.recorded_rate_hz
    for begin, end in zip(first.tolist(), last.tolist(), strict=True):
        yield dict(zip(PLACE, (begin, end - begin, None if rate is None else begin / rate), strict=True))


def wrong_datatype(capture: Capture, number: int) -> InputError:
    """Return the error for a recording whose first windows all have implausible values."""
    return InputError(
        f"{capture.name}: all of the first {number} windows, read as {capture.datatype}, hold NaN, infinity or "
        "implausibly large values, as a wrong datatype has them: set datatype to the right one"
    )
