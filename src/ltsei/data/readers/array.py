"""One array of a file, read lazily."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.file_errors import readable

COMPLEX_FIELDS = (("real", "imag"), ("re", "im"), ("r", "i"), ("i", "q"))
"""Field names of a compound type that holds a complex number, in lower case."""


@dataclass(frozen=True)
class Array:
    """One array of a file, not yet read.

    Attributes:
        key: its name in the file; empty in a .npy file.
        shape: as NumPy sees it; for MATLAB files as MATLAB's ``size`` reports it.
        opened: opens the file and yields an object that slices can index.
        reversed_axes: whether the axes are stored in reverse order (MATLAB 7.3).
        stored_chunks: HDF5's chunk shape, axes as in `shape`; None where the array is not chunked.
        problem: why the array cannot be read; None where it can.
    """

    path: Path
    key: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    opened: Callable[[], AbstractContextManager[Any]]
    reversed_axes: bool = False
    stored_chunks: tuple[int, ...] | None = None
    problem: str | None = None

    def __str__(self) -> str:
        return f"{self.key or 'array'} {self.shape} {self.problem or self.dtype}"

    @property
    def is_complex(self) -> bool:
        """Whether an element is a complex number, or a compound of real and imaginary part."""
        names = tuple(name.lower() for name in self.dtype.names or ())
        return self.dtype.kind == "c" or names in COMPLEX_FIELDS

    @property
    def is_numeric(self) -> bool:
        """Whether the array can hold signals."""
        return self.problem is None and (self.dtype.kind in "iuf" or self.is_complex)

    @property
    def pieces(self) -> tuple["Array", ...]:
        """The arrays in files of which it consists: itself, unless it joins several (`stacked`)."""
        return (self,)

    def origin(self, index: int) -> str:
        """Return where the signal at an index comes from, in words."""
        return f"signal {index} of {self.path}"

    def blocks(self, axis: int, bounds: Iterable[tuple[int, int]]) -> Iterator[np.ndarray]:
        """Yield the pieces ``start:stop`` along `axis`, axes as in `shape`."""
        with readable(self.path), self.opened() as stored:
            for start, stop in bounds:
                index = [slice(None)] * len(self.shape)
                index[axis] = slice(start, stop)
                yield np.asarray(stored[tuple(index[::-1])].T if self.reversed_axes else stored[tuple(index)])

    def read(self) -> np.ndarray:
        """Return the whole array."""
        if self.problem is not None:
            raise InputError(f"{self.path}: {self.key or 'the array'} cannot be read: {self.problem}")
        with readable(self.path), self.opened() as stored:
            return np.asarray(stored[()].T if self.reversed_axes else stored[()])


def loaded_array(path: Path, key: str, values: np.ndarray) -> Array:
    """Return an array whose values are in memory already."""
    return Array(path, key, values.shape, values.dtype, partial(nullcontext, values))
