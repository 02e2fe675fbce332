"""NumPy's .npy: one array, memory-mapped and never unpickled."""

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np

from ltsei.data.readers.array import Array
from ltsei.data.readers.file_errors import RAGGED


def open_npy(path: Path) -> list[Array]:
    """Return the array of a .npy file; its key is empty."""
    with path.open("rb") as file:
        shape, dtype = read_header(file)
    if not dtype.hasobject:
        np.load(path, mmap_mode="r", allow_pickle=False)  # fails if the file is shorter than its header says
    return [Array(path, "", shape, dtype, partial(_memory_map, path), problem=object_problem(dtype))]


def read_header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return shape and dtype of the array at the start of `file`."""
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    shape, _, dtype = readers[np.lib.format.read_magic(file)](file)
    return shape, dtype


def object_problem(dtype: np.dtype[Any]) -> str | None:
    """Return why an array of Python objects cannot be read; None for any other array."""
    reason = f"Python objects, which only unpickling could read (save it as numbers or text; {RAGGED})"
    return reason if dtype.hasobject else None


def _memory_map(path: Path) -> AbstractContextManager[np.ndarray]:
    return nullcontext(np.load(path, mmap_mode="r", allow_pickle=False))
