"""Arrays of several classes, one after the other along the axis of signals, as if they were one array."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.array import Array
from ltsei.data.readers.file_errors import AmbiguityError
from ltsei.data.readers.keys import listing
from ltsei.data.readers.layout import PAIRED


@dataclass(frozen=True)
class StackedArray(Array):
    """Arrays of one type whose shapes agree in every axis but `axis`, read lazily."""

    stack: tuple[Array, ...] = ()
    axis: int = 0

    @property
    def pieces(self) -> tuple[Array, ...]:
        """The arrays that it joins."""
        return self.stack

    def origin(self, index: int) -> str:
        """Return where the signal at an index comes from, in words."""
        for piece in self.stack:
            if index < piece.shape[self.axis]:
                break
            index -= piece.shape[self.axis]
        return f"signal {index} of {f'{piece.key} in ' if piece.key else ''}{piece.path}"

    def blocks(self, axis: int, bounds: Iterable[tuple[int, int]]) -> Iterator[np.ndarray]:
        """Yield the pieces ``start:stop`` along `axis`, which must be that of the signals."""
        if axis != self.axis:
            raise InputError(f"{self.path}: either axis of {self} could count the signals; set layout")
        for start, stop in bounds:
            yield np.concatenate(list(self._overlaps(start, stop)), axis=axis)

    def read(self) -> np.ndarray:
        """Return the whole array."""
        return np.concatenate([piece.read() for piece in self.stack], axis=self.axis)

    def _overlaps(self, start: int, stop: int) -> Iterator[np.ndarray]:
        for piece in self.stack:
            size = piece.shape[self.axis]
            low, high = max(start, 0), min(stop, size)
            if low < high:
                yield from piece.blocks(self.axis, [(low, high)])
            start, stop = start - size, stop - size


def stacked(arrays: Sequence[Array], layout: str) -> StackedArray:
    """Return the arrays of all classes as one; InputError where types or shapes differ or no axis is that of signals.

    Args:
        arrays: one for each class.
        layout: as in the configuration; ``auto`` finds the axis of signals where only one axis differs in size.
    """
    first = arrays[0]
    axis = _signal_axis(arrays, layout)
    others = {tuple(np.delete(array.shape, axis).tolist()) for array in arrays}
    if len({array.dtype for array in arrays}) > 1 or len(others) > 1:
        raise InputError(
            f"{first.path}: the arrays of all classes must have one type and length, got {listing(arrays)}"
        )
    number = sum(array.shape[axis] for array in arrays)
    shape = (*first.shape[:axis], number, *first.shape[axis + 1 :])
    key = first.key if len({array.path for array in arrays}) > 1 else ""
    return StackedArray(first.path, key, shape, first.dtype, nullcontext, stack=tuple(arrays), axis=axis)


def _signal_axis(arrays: Sequence[Array], layout: str) -> int:
    """Return the axis that counts the signals."""
    first = arrays[0]
    if len({len(array.shape) for array in arrays}) > 1 or not first.shape:
        raise InputError(f"{first.path}: the arrays of all classes must have the same axes, got {listing(arrays)}")
    if layout in PAIRED:
        return 0
    if layout != "auto":
        if len(layout) != len(first.shape):
            raise InputError(f"{first.path}: the layout {layout} does not fit {first}")
        return layout.index("N")
    different = [
        axis for axis, sizes in enumerate(zip(*(array.shape for array in arrays), strict=True)) if len({*sizes}) > 1
    ]
    if len(different) == 1:
        return different[0]
    problem = "nothing tells which axis counts the signals" if not different else "signals differ in more than one axis"
    shapes = ", ".join(dict.fromkeys(str(array.shape) for array in arrays))
    raise AmbiguityError(
        f"{first.path}: {problem} in one array per class of shape {shapes} (N signals, L samples, C channels): set "
        "layout",
        layout="NLC" if len(first.shape) == 3 else "NL",
    )
