"""NumPy's .npz: arrays under keys; each is loaded whole when it is read, and never unpickled."""

import zipfile
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

import numpy as np

from ltsei.data.readers.array import Array
from ltsei.data.readers.formats.npy import object_problem, read_header


def open_npz(path: Path) -> list[Array]:
    """Return the arrays of an archive in the archive's order; only their headers are read."""
    arrays = []
    with zipfile.ZipFile(path) as archive:
        for name in (name for name in archive.namelist() if name.endswith(".npy")):
            with archive.open(name) as file:
                shape, dtype = read_header(file)
            key = name.removesuffix(".npy")
            arrays.append(Array(path, key, shape, dtype, partial(_load, path, key), problem=object_problem(dtype)))
    return arrays


def _load(path: Path, key: str) -> AbstractContextManager[np.ndarray]:
    with np.load(path, allow_pickle=False) as archive:
        return nullcontext(archive[key])
