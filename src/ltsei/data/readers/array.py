"""One array of a file, read lazily, and the errors of damaged and of ambiguous files."""

import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.io

from ltsei.core.errors import InputError

PAIRS = (("real", "imag"), ("re", "im"), ("r", "i"), ("i", "q"))
"""Field names of a compound which is a complex number, in lower case."""
MAGIC = {
    b"\x93NUMPY": "a .npy file",
    b"PK\x03\x04": "a .npz file",
    b"\x89HDF": "an HDF5 file (.h5)",
    b"MATLAB": "a .mat file",
    b"\x80": "a Python pickle, which is never opened, since a pickle can run code (save plain arrays instead)",
}
READ_ERRORS = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    scipy.io.matlab.MatReadError,
)
"""What NumPy, zipfile, h5py and SciPy raise on damaged files."""


class AmbiguityError(InputError):
    """A file can be read in several ways or in none without a setting; the message ends with what to set.

    Attributes:
        example: settings which choose one way, empty where none suggests itself.
    """

    def __init__(self, message: str, **example: str) -> None:
        super().__init__(message)
        self.example = example


@dataclass(frozen=True)
class Array:
    """One array of a file, not yet read.

    Attributes:
        key: its name in the file, empty in a .npy file.
        shape: as NumPy sees it; for MATLAB files as MATLAB's ``size`` says.
        opened: opens the file and yields what can be indexed with slices.
        reversed_axes: whether the axes are stored in reverse (MATLAB 7.3).
        stored_chunks: the chunk shape of HDF5, axes as in `shape`, None where the array is not chunked.
        problem: why the array cannot be read, None where it can.
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
        """Whether an element is a complex number or a compound of real and imaginary part."""
        names = tuple(name.lower() for name in self.dtype.names or ())
        return self.dtype.kind == "c" or names in PAIRS

    @property
    def is_numeric(self) -> bool:
        """Whether the array can hold signals."""
        return self.problem is None and (self.dtype.kind in "iuf" or self.is_complex)

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
            raise InputError(f"{self.path}: {self.key or 'array'} cannot be read: {self.problem}")
        with readable(self.path), self.opened() as stored:
            return np.asarray(stored[()].T if self.reversed_axes else stored[()])


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what the libraries raise inside the block into an InputError which names the file."""
    try:
        yield
    except InputError:
        raise
    except READ_ERRORS as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"{path}: cannot be read as {path.suffix} ({reason}); its first bytes are those of {first_bytes(path)}: "
            "if that is right it is truncated or damaged and must be copied again, else it needs its proper name"
        ) from error


def first_bytes(path: Path) -> str:
    """Return what kind of file `path` is by its first bytes."""
    with path.open("rb") as file:
        start = file.read(8)
    return next((kind for magic, kind in MAGIC.items() if start.startswith(magic)), "an unknown kind of file")
