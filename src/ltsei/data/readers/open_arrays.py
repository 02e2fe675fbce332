"""The arrays of a file: which opener reads which suffix."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ltsei.core.errors import InputError
from ltsei.data.readers.array import Array
from ltsei.data.readers.file_errors import detected_format, readable
from ltsei.data.readers.formats.hdf5 import open_hdf5
from ltsei.data.readers.formats.mat import open_mat
from ltsei.data.readers.formats.npy import open_npy
from ltsei.data.readers.formats.npz import open_npz
from ltsei.data.readers.formats.pickled import open_pickle
from ltsei.data.readers.formats.series import open_arff, open_ts
from ltsei.data.readers.formats.table import open_csv, open_ucr

OPENERS: Mapping[str, Callable[[Path], list[Array]]] = {
    ".npy": open_npy,
    ".npz": open_npz,
    ".mat": open_mat,
    ".h5": open_hdf5,
    ".hdf5": open_hdf5,
    ".pkl": open_pickle,
    ".pickle": open_pickle,
    ".dat": open_pickle,
    ".csv": open_csv,
    ".tsv": open_ucr,
    ".txt": open_ucr,
    ".ts": open_ts,
    ".arff": open_arff,
}
"""Suffix -> opener. A new format is one module in `formats` and one line here.

The imports are explicit so that the fingerprint of the rule prepare covers every format.
"""


def open_arrays(path: str | Path) -> list[Array]:
    """Return the arrays of a file in the file's order; InputError where it is missing, damaged or of another format."""
    path = Path(path)
    if path.is_dir():
        raise InputError(f"{path}: this is a folder, {_files_in(path)}")
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    opener = OPENERS.get(path.suffix.lower())
    if opener is None:
        supported = ", ".join(OPENERS)
        raise InputError(f"{path}: by its first bytes it is {detected_format(path)}; supported suffixes: {supported}")
    with readable(path):
        arrays = opener(path)
    if not arrays:
        raise InputError(f"{path}: holds no array")
    return arrays


def _files_in(folder: Path) -> str:
    """Return the clause that says which files of a folder could be named instead."""
    names = sorted(file.name for file in folder.iterdir() if file.suffix.lower() in OPENERS and file.suffix != ".txt")
    if not names:
        return f"without any file that can be read ({', '.join(OPENERS)})"
    return f"name a file in it: {', '.join(names[:5])}" + (", ..." if len(names) > 5 else "")
