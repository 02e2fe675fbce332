"""Recordings cut into windows of one length, read block by block."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ltsei.data.captures.capture import Capture
from ltsei.data.captures.progress import Progress

BLOCK_SAMPLES = 2**19
"""Samples of windows that are in memory at once, and of a recording that are read for them; at least one window."""


@dataclass(frozen=True)
class Windows:
    """Windows of several recordings, all of one length; arrays are int64 [n], in the order of recordings and of time.

    Attributes:
        captures: the recordings.
        length: samples per window.
        capture: index of the recording.
        start: first sample.
        stop: end of the samples; a window that is shorter than `length` ends with zeros.
        labels: index into `label_names`.
        label_names: in ascending order.
    """

    captures: Sequence[Capture]
    length: int
    capture: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    labels: np.ndarray
    label_names: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """(L, channels) of a window."""
        return self.length, self.captures[0].samples.channels

    def chunks(self, indices: np.ndarray, doing: str) -> Iterator[np.ndarray]:
        """Yield the windows `indices` (ascending), float32 [n, L, channels], and report the progress as `doing`."""
        progress = Progress(doing, len(indices))
        for first, last in self._blocks(indices):
            yield self._read(indices[first:last])
            progress.at(last)

    def origin(self, indices: np.ndarray, position: int) -> str:
        """Return where a window comes from, in words."""
        index = indices[position]
        name = self.captures[self.capture[index]].name
        return f"the window of samples {self.start[index]} to {self.stop[index]} of {name}"

    def _blocks(self, indices: np.ndarray) -> Iterator[tuple[int, int]]:
        """Yield bounds of successive positions in `indices` whose windows are read at once."""
        most = max(1, BLOCK_SAMPLES // self.length)
        first = 0
        while first < len(indices):
            block = indices[first : first + most]
            fits = self.stop[block] - self.start[block[0]] <= max(BLOCK_SAMPLES, self.length)
            fits &= self.capture[block] == self.capture[block[0]]
            fits[1:] &= self.start[block[1:]] - self.stop[block[:-1]] <= self.length  # what lies between is read, too
            last = first + (len(fits) if fits.all() else int(np.argmin(fits)))
            yield first, last
            first = last

    def _read(self, block: np.ndarray) -> np.ndarray:
        """Return windows of one recording that lie near each other."""
        samples = self.captures[self.capture[block[0]]].samples
        start = int(self.start[block].min())
        values = samples.read(start, int(self.stop[block].max()))
        windows = np.zeros((len(block), *self.shape), dtype=np.float32)
        for row, (first, stop) in enumerate(zip(self.start[block] - start, self.stop[block] - start, strict=True)):
            windows[row, : stop - first] = values[first:stop]
        return windows
