"""MATLAB's .mat: version 7.3 is HDF5 and read lazily, older versions are loaded whole."""

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.data.readers.array import Array, loaded_array
from ltsei.data.readers.file_errors import RAGGED
from ltsei.data.readers.formats.hdf5 import open_hdf5


def open_mat(path: Path) -> list[Array]:
    """Return the variables of a .mat file of any version, shapes as MATLAB's ``size`` reports them."""
    import h5py  # here, like SciPy below, because a source is also imported to plan a run, where speed counts

    if h5py.is_hdf5(path):
        return open_hdf5(path)

    import scipy.io
    from scipy.io.matlab import MatReadError

    try:
        contents = scipy.io.loadmat(path)
    except MatReadError as error:
        raise ValueError(str(error)) from error
    return [_variable(path, key, value) for key, value in contents.items() if not key.startswith("__")]


def _variable(path: Path, key: str, value: Any) -> Array:
    if isinstance(value, np.ndarray) and value.dtype == object and all(_is_text(cell) for cell in value.flat):
        value = np.array(["".join(cell.ravel()) for cell in value.flat]).reshape(value.shape)
    if isinstance(value, np.ndarray) and value.dtype.kind not in "OV":
        return loaded_array(path, key, value)
    problem = f"a MATLAB cell, struct, object or sparse matrix (save it as a plain matrix; {RAGGED})"
    dtype = getattr(value, "dtype", np.dtype(object))
    return Array(path, key, value.shape, dtype, partial(nullcontext, value), problem=problem)


def _is_text(cell: Any) -> bool:
    return isinstance(cell, np.ndarray) and cell.dtype.kind == "U" and cell.size <= 1
