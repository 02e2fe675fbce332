"""HDF5 (.h5, .hdf5, and .mat of version 7.3): datasets under paths, read lazily.

A file whose content lies in other files (external or virtual storage, external links) is refused: those files are not
among the files of the data set, so their changes would go unnoticed, and a downloaded file could name any local one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.array import Array, loaded_array
from ltsei.data.readers.file_errors import RAGGED


def open_hdf5(path: Path) -> list[Array]:
    """Return the datasets of a file and of all its groups; keys are paths such as ``session/iq``.

    Raises:
        InputError: a part of the content lies in other files.
    """
    import h5py  # here, because a source is also imported to plan a run, where speed counts

    arrays: list[Array] = []

    def visit(key: str, item: Any) -> None:
        is_data = isinstance(item, h5py.Dataset) and item.shape is not None and "MATLAB_empty" not in item.attrs
        if is_data and not key.startswith("#"):
            arrays.append(_array(path, key, item))

    def refusal(key: str, link: Any) -> InputError | None:
        external = isinstance(link, h5py.ExternalLink)
        return _elsewhere(path, key, f"is a link to {link.filename!r}") if external else None

    with h5py.File(path, "r") as file:
        if error := file.visititems_links(refusal):
            raise error
        file.visititems(visit)
    return arrays


def _elsewhere(path: Path, key: str, reason: str) -> InputError:
    return InputError(
        f"{path}: {key} {reason}, and other files than those that the experiment file names are not read; save a file "
        "that holds its own data (copy the dataset: `out[key] = file[key][()]` in h5py)"
    )


def _refuse_other_storage(path: Path, item: Any) -> None:
    """Raise InputError where the values of a dataset lie in other files."""
    if item.external:
        names = ", ".join(repr(str(name)) for name in dict.fromkeys(part[0] for part in item.external))
        raise _elsewhere(path, item.name, f"has external storage in {names}")
    if item.is_virtual:
        raise _elsewhere(path, item.name, "is a virtual dataset")


def _array(path: Path, key: str, item: Any) -> Array:
    _refuse_other_storage(path, item)
    text = _text(path, item)
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


def _text(path: Path, item: Any) -> np.ndarray | None:
    """Return the text of HDF5 strings, a MATLAB 7.3 char matrix (one text per row) or a cell of texts, else None."""
    import h5py

    matlab_class = item.attrs.get("MATLAB_class")
    if h5py.check_string_dtype(item.dtype) is not None:
        return np.array(item.asstr()[()], dtype=str)
    if matlab_class == b"char":
        return np.array(["".join(map(chr, row)).rstrip() for row in np.atleast_2d(item[()].T)])
    if matlab_class == b"cell":
        cells = [_cell(path, item.file[reference]) for reference in item[()].flat]
        if all(cell is not None and cell.size == 1 for cell in cells):
            return np.array([str(cell[0]) for cell in cells if cell is not None])
    return None


def _cell(path: Path, item: Any) -> np.ndarray | None:
    """Return the text of what a cell refers to, which no path need lead to, else None."""
    _refuse_other_storage(path, item)
    return _text(path, item)
