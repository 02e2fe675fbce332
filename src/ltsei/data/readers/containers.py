"""Containers of arrays (.npy, .npz, .mat, .h5): what a file holds.

Nothing is ever unpickled. .npy and HDF5 (MATLAB 7.3 too) are read lazily; .npz loads the array that is asked
for, MATLAB 5 the whole file.
"""

import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import IO, Any

import h5py
import numpy as np
import scipy.io

from ltsei.core.errors import InputError
from ltsei.data.readers.array import Array, first_bytes, readable


def open_container(path: str | Path) -> list[Array]:
    """Return the arrays of a file in the file's order; InputError where it is missing, damaged or of another kind."""
    path = Path(path)
    openers = {".npy": _npy, ".npz": _npz, ".mat": _mat, ".h5": _hdf5, ".hdf5": _hdf5}
    if path.is_dir():
        inside = sorted(file.name for file in path.iterdir() if file.suffix.lower() in openers)
        listed = f": {', '.join(inside[:5])}" + (", ..." if len(inside) > 5 else "") if inside else ", which holds none"
        raise InputError(f"{path}: this is a folder, name a file in it ({', '.join(openers)}){listed}")
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    opener = openers.get(path.suffix.lower())
    if opener is None:
        raise InputError(f"{path}: the file is {first_bytes(path)}, allowed are files named {', '.join(openers)}")
    with readable(path):
        arrays = opener(path)
    if not arrays:
        raise InputError(f"{path}: holds no array")
    return arrays


def _npy(path: Path) -> list[Array]:
    with path.open("rb") as file:
        shape, dtype = _npy_header(file)
    if not dtype.hasobject:
        np.load(path, mmap_mode="r", allow_pickle=False)
    return [Array(path, "", shape, dtype, partial(_memory_map, path), problem=_problem(dtype))]


def _memory_map(path: Path) -> AbstractContextManager[np.ndarray]:
    return nullcontext(np.load(path, mmap_mode="r", allow_pickle=False))


def _npy_header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    shape, _, dtype = readers[np.lib.format.read_magic(file)](file)
    return shape, dtype


def _npz(path: Path) -> list[Array]:
    arrays = []
    with zipfile.ZipFile(path) as archive:
        for name in (name for name in archive.namelist() if name.endswith(".npy")):
            with archive.open(name) as file:
                shape, dtype = _npy_header(file)
            key = name.removesuffix(".npy")
            arrays.append(Array(path, key, shape, dtype, partial(_load_member, path, key), problem=_problem(dtype)))
    return arrays


def _load_member(path: Path, key: str) -> AbstractContextManager[np.ndarray]:
    with np.load(path, allow_pickle=False) as archive:
        return nullcontext(archive[key])


def _problem(dtype: np.dtype[Any]) -> str | None:
    return "Python objects, which only unpickling could read (save it as numbers or text)" if dtype.hasobject else None


def _mat(path: Path) -> list[Array]:
    if h5py.is_hdf5(path):
        return _hdf5(path)
    contents = scipy.io.loadmat(path)
    return [_loaded(path, key, value) for key, value in contents.items() if not key.startswith("__")]


def _loaded(path: Path, key: str, value: Any) -> Array:
    if isinstance(value, np.ndarray) and value.dtype == object and all(_is_text(cell) for cell in value.flat):
        value = np.array(["".join(cell.ravel()) for cell in value.flat]).reshape(value.shape)
    problem = None
    if not isinstance(value, np.ndarray) or value.dtype.kind in "OV":
        problem = "a MATLAB cell, struct, object or sparse matrix (save it as a plain matrix)"
    dtype = getattr(value, "dtype", np.dtype(object))
    return Array(path, key, value.shape, dtype, partial(nullcontext, value), problem=problem)


def _is_text(cell: Any) -> bool:
    return isinstance(cell, np.ndarray) and cell.dtype.kind == "U" and cell.size <= 1


def _hdf5(path: Path) -> list[Array]:
    arrays: list[Array] = []

    def visit(key: str, item: Any) -> None:
        is_data = isinstance(item, h5py.Dataset) and item.shape is not None and "MATLAB_empty" not in item.attrs
        if is_data and not key.startswith("#"):
            arrays.append(_hdf5_array(path, key, item))

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return arrays


def _hdf5_array(path: Path, key: str, item: Any) -> Array:
    text = _hdf5_text(item)
    if text is not None:
        return _loaded(path, key, text)
    backwards = "MATLAB_class" in item.attrs
    step = -1 if backwards else 1
    return Array(
        path=path,
        key=key,
        shape=item.shape[::step],
        dtype=item.dtype,
        opened=partial(_hdf5_dataset, path, key),
        reversed_axes=backwards,
        stored_chunks=item.chunks and item.chunks[::step],
        problem="text cells, references or a nested type (save it as a plain array)" if item.dtype.hasobject else None,
    )


@contextmanager
def _hdf5_dataset(path: Path, key: str) -> Iterator[Any]:
    with h5py.File(path, "r") as file:
        yield file[key]


def _hdf5_text(item: Any) -> np.ndarray | None:
    """Return an array of text: HDF5 strings, a MATLAB 7.3 char matrix (a text per row) or a cell of texts."""
    kind = item.attrs.get("MATLAB_class")
    if h5py.check_string_dtype(item.dtype) is not None:
        return np.array(item.asstr()[()], dtype=str)
    if kind == b"char":
        return np.array(["".join(map(chr, row)).rstrip() for row in np.atleast_2d(item[()].T)])
    if kind == b"cell":
        cells = [_hdf5_text(item.file[reference]) for reference in item[()].flat]
        if all(cell is not None and cell.size == 1 for cell in cells):
            return np.array([str(cell[0]) for cell in cells if cell is not None])
    return None
