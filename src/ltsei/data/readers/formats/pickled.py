"""Python pickles (.pkl, .pickle, .dat) of arrays and plain containers, read into memory; none of their code runs."""

from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.array import Array, loaded_array
from ltsei.data.readers.file_errors import RAGGED
from ltsei.data.readers.formats.pickle_layouts import radioml_arrays, wisig_arrays
from ltsei.data.readers.formats.plain_pickle import load_plain


def open_pickle(path: Path) -> list[Array]:
    """Return the arrays of a pickle: of WiSig's compact sets, of RadioML 2016, of a dict, or the only one.

    Raises:
        InputError: it asks for more than arrays and plain containers, or holds no array.
    """
    value = load_plain(path)
    if isinstance(value, dict):
        return wisig_arrays(path, value) or radioml_arrays(path, value) or _of_dict(path, value)
    if isinstance(value, np.ndarray):
        return [_array(path, "", value)]
    if isinstance(value, list | tuple) and value and all(isinstance(each, np.ndarray) for each in value):
        return [_array(path, str(index), each) for index, each in enumerate(value)]
    raise InputError(f"{path}: the pickle holds a {type(value).__name__}; save a dict of arrays of numbers or text")


def _of_dict(path: Path, value: dict[Any, Any], group: str = "") -> list[Array]:
    """Return the arrays, and lists of numbers or text, of a dict, and of dicts in it under keys with a slash."""
    arrays: list[Array] = []
    for key, each in value.items():
        if isinstance(each, dict):
            arrays += _of_dict(path, each, f"{group}{key}/")
        elif isinstance(each, np.ndarray | list | tuple | int | float | str):
            arrays.append(_array(path, f"{group}{key}", _as_array(each)))
    return arrays


def _as_array(value: Any) -> np.ndarray:
    try:
        return np.asarray(value)
    except ValueError:  # lists of different length
        return np.empty(len(value), dtype=object)


def _array(path: Path, key: str, value: np.ndarray) -> Array:
    array = loaded_array(path, key, value)
    if not value.dtype.hasobject:
        return array
    return Array(path, key, value.shape, value.dtype, array.opened, problem=f"Python objects ({RAGGED})")
