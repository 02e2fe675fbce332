"""Images of a part, with whole pixel values, as a part of a store."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ltsei.data.images.cifar_layouts import CHANNELS, SIDE
from ltsei.data.recordings import Part

WHITE = 255
CHUNK = 1000
"""Images that become float32 at once."""


@dataclass(frozen=True)
class ImagePart:
    """Training or test images.

    Attributes:
        labels: int64 [N], 0...C-1.
        pixels: yields uint8 [n, 32, 32, 3] in the order of `labels`; each call starts again.
        origin: index of an image -> where it comes from.
    """

    labels: np.ndarray
    pixels: Callable[[], Iterator[np.ndarray]]
    origin: Callable[[int], str]

    def part(self) -> Part:
        """Return the part of a store: pixel values from 0 (black) to 1."""
        return Part(self.labels, (SIDE, SIDE, CHANNELS), self._chunks, self.origin)

    def _chunks(self) -> Iterator[np.ndarray]:
        for block in self.pixels():
            for start in range(0, len(block), CHUNK):
                yield block[start : start + CHUNK].astype(np.float32) / np.float32(WHITE)
