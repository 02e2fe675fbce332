"""One value for each signal (its recording, its time): from a key of the file of signals, or from a file of its own."""

import math
from pathlib import Path

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers import keys
from ltsei.data.readers.array import Array
from ltsei.data.readers.open_arrays import OPENERS, open_arrays
from ltsei.data.readers.signal_file import SignalFile


def value_file(key: str | None) -> str | None:
    """Return the file that a setting such as ``group_key: data/groups.npy`` names; None for a key of an array."""
    return key if key is not None and Path(key).suffix.lower() in OPENERS else None


def values_per_signal(file: SignalFile, key: str, setting: str) -> np.ndarray:
    """Return one value for each signal in use, numbers or text [n]; `setting` is what asked for `key`."""
    path = value_file(key)
    array = _key_of(file, key, setting) if path is None else _only_vector(Path(path), len(file.labels), setting)
    values = array.read().ravel()
    where = f"{array.path}: {setting}: {array}"
    if len(values) != len(file.labels):
        raise InputError(f"{where} needs one value for each of {len(file.labels)} signals")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise InputError(f"{where} holds NaN or infinity")
    selected: np.ndarray = values[file.selected]
    return selected


def _key_of(file: SignalFile, key: str, setting: str) -> Array:
    if all(not array.key for array in file.arrays):
        raise InputError(
            f"{file.path}: {setting}: got {key!r}, but a .npy file has no keys; name a file with one value for each "
            f"signal, such as {setting}: {file.path.with_name('groups.npy')}"
        )
    return keys.named(file.arrays, key, setting)


def _only_vector(path: Path, number: int, setting: str) -> Array:
    arrays = open_arrays(path)
    vectors = [array for array in arrays if math.prod(array.shape) == number and array.problem is None]
    if len(vectors) == 1 or len(arrays) == 1:
        return (vectors or arrays)[0]
    raise InputError(
        f"{path}: {setting}: needs one array with a value for each of {number} signals, got {keys.listing(arrays)}"
    )
