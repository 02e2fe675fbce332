"""HDF5 (.h5, .hdf5, and .mat of version 7.3): datasets under paths, read lazily."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.data.readers.array import Array, loaded_array
from ltsei.data.readers.file_errors import RAGGED


def open_hdf5(path: Path) -> list[Array]:
    """Return the datasets of a file and of all its groups; keys are paths such as ``session/iq``."""
    import h5py  # here, because a source is also imported to plan a run, where speed counts

    arrays: list[Array] = []

    def visit(key: str, item: Any) -> None:
        is_data = isinstance(item, h5py.Dataset) and item.shape is not None and "MATLAB_empty" not in item.attrs
        if is_data and not key.startswith("#"):
            arrays.append(_array(path, key, item))

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return arrays


def _array(path: Path, key: str, item: Any) -> Array:
    text = _text(item)
    if text is not None:
        return loaded_array(path, key, text)
    is_matlab = "MATLAB_class" in item.attrs
    step = -1 if is_matlab else 1
    return Array(
        path=path,
        key=key,
        shape=item.shape[::step],
        dtype=item.dtype,
        opened=partial(_dataset, path, key),
        reversed_axes=is_matlab,
        stored_chunks=item.chunks and item.chunks[::step],
        problem=f"text cells, references or a nested type (save it as a plain array; {RAGGED})"
        if item.dtype.hasobject
        else None,
    )


@contextmanager
def _dataset(path: Path, key: str) -> Iterator[Any]:
    import h5py

    with h5py.File(path, "r") as file:
        yield file[key]


def _text(item: Any) -> np.ndarray | None:
    """Return the text of HDF5 strings, a MATLAB 7.3 char matrix (one text per row) or a cell of texts, else None."""
    import h5py

    matlab_class = item.attrs.get("MATLAB_class")
    if h5py.check_string_dtype(item.dtype) is not None:
        return np.array(item.asstr()[()], dtype=str)
    if matlab_class == b"char":
        return np.array(["".join(map(chr, row)).rstrip() for row in np.atleast_2d(item[()].T)])
    if matlab_class == b"cell":
        cells = [_text(item.file[reference]) for reference in item[()].flat]
        if all(cell is not None and cell.size == 1 for cell in cells):
            return np.array([str(cell[0]) for cell in cells if cell is not None])
    return None
