"""One file per class, or one array per class in a file: which files these are, and their signals as one."""

import glob
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers import keys
from ltsei.data.readers.array import Array, loaded_array
from ltsei.data.readers.stacked import StackedArray, stacked

Files = str | Mapping[str, str]
"""A file, a pattern such as ``data/*.npy`` whose file names are the class names, or class name -> file."""


def class_paths(files: Files) -> dict[str, str] | None:
    """Return class name -> file; None for a single file with labels. A pattern without a match stands for itself."""
    if not isinstance(files, str):
        return dict(files)
    if "*" not in files:
        return None
    paths = sorted(glob.glob(files))  # noqa: PTH207 (the same relative paths as the user writes)
    names = [Path(path).stem for path in paths]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{files}: two files are called {twice!r}, and file names are class names; write class: file")
    return dict(zip(names, paths, strict=True)) or {Path(files).stem: files}


def shown_path(files: Files) -> Path:
    """Return what messages call the files: the only one, their pattern, or the folder that holds them."""
    if isinstance(files, str):
        return Path(files)
    return Path(os.path.commonpath([str(Path(path).parent) for path in files.values()]) or ".")


def arrays_by_key(path: Path, arrays: Sequence[Array]) -> dict[str, tuple[Array, ...]]:
    """Return class name -> its signals for a file with one array per class, the key being the name of the class."""
    classes: dict[str, tuple[Array, ...]] = {array.key: (array,) for array in arrays if keys.may_be_signals(array)}
    if len(classes) < 2:
        raise InputError(
            f"{path}: classes_from_keys: expected one array of signals for each of two or more classes, got "
            f"{keys.listing(arrays)}"
        )
    return classes


def joined(
    signals: Mapping[str, tuple[Array, ...]], layout: str
) -> tuple[tuple[StackedArray, ...], np.ndarray, list[int]]:
    """Return the signals of all classes as one array (or I and Q), their labels (text), and the numbers of signals.

    Args:
        signals: class name -> its array, or I and Q.
        layout: as in the configuration.
    """
    columns = tuple(stacked(column, layout) for column in zip(*signals.values(), strict=True))
    numbers = [array.shape[columns[0].axis] for array in columns[0].stack]
    return columns, np.repeat(list(signals), numbers), numbers


def other_arrays(files: Sequence[Sequence[Array]], numbers: Sequence[int]) -> list[Array]:
    """Return scalars of the first file, and what every file has under one key with a value for each signal.

    Args:
        files: the arrays of each class's file.
        numbers: signals of each class.
    """
    result = [array for array in files[0] if math.prod(array.shape) == 1 and array.problem is None]
    by_key = [{array.key: array for array in arrays if array.problem is None} for arrays in files]
    for key, array in by_key[0].items():
        column = [each[key] for each in by_key if key in each]
        sizes = [math.prod(each.shape) for each in column]
        if key and sizes == list(numbers) and array not in result and len(column) == len(files):
            values = np.concatenate([each.read().ravel() for each in column])
            result.append(loaded_array(array.path, key, values))
    return result
