"""Which array of a file plays which part: signals, labels, class names, sampling rate."""

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from ltsei.components import unknown
from ltsei.datasets._array import Array
from ltsei.errors import InputError

Role = Literal["train", "test"]

SIGNALS = ("x", "data", "signal", "signals", "iq")
LABELS = ("y", "label", "labels", "target", "targets")
CLASS_NAMES = ("class_names",)
SAMPLE_RATE = ("fs", "sample_rate", "sample_rate_hz", "sampling_rate")


def signal_array(arrays: Sequence[Array], key: str | None, role: Role) -> Array:
    """Return the array of signals: `key`, else the one with a usual name, else the only one it can be."""
    if key is not None:
        return named(arrays, key, "x_key")
    candidates = [array for array in arrays if _may_be_signals(array)]
    return _choose(arrays, candidates, SIGNALS, role, "signals", "x_key (or i_key and q_key)")


def label_array(arrays: Sequence[Array], key: str | None, role: Role, signals: Sequence[Array]) -> Array:
    """Return the array of labels: `key`, else the one with a usual name, else the only vector as long as an axis."""
    if key is not None:
        return named(arrays, key, "y_key")
    others = [array for array in arrays if array not in signals and not array.is_complex]
    usual = [array for array in others if _is_called(array, LABELS, role)]
    lengths = {size for array in signals for size in (*array.shape, math.prod(array.shape))}
    vectors = [array for array in others if math.prod(array.shape) in lengths and max(array.shape, default=0) > 1]
    alone = [array for array in arrays if len(arrays) == 1 and array in others]
    return _choose(arrays, usual or alone or vectors, LABELS, role, "labels", "y_key or train_labels/test_labels")


def optional_array(arrays: Sequence[Array], key: str | None, names: tuple[str, ...], setting: str) -> Array | None:
    """Return the array `key`, else the first one with a usual name, else None."""
    if key is not None:
        return named(arrays, key, setting)
    return next((array for array in arrays if array.key.lower() in names and array.problem is None), None)


def named(arrays: Sequence[Array], key: str, setting: str) -> Array:
    """Return the array `key`; InputError names the nearest key."""
    for array in arrays:
        if array.key == key:
            return array
    keys = [array.key or "(one array without a name)" for array in arrays]
    raise InputError(f"{arrays[0].path}: {setting}: {unknown(key, keys, 'key')}")


def partner(path: Path) -> Path:
    """Return the labels' file of a signals' file: ``X_train.npy`` -> ``Y_train.npy``, ``x_3.npy`` -> ``y_3.npy``."""
    pattern = re.compile(r"(?<![A-Za-z])[xX](?![A-Za-z])|^[xX](?=train|test|val|Train|Test|Val)")
    name, replaced = pattern.subn(lambda match: chr(ord(match.group()) + 1), path.name, count=1)
    found = path.with_name(name)
    if replaced and found.is_file():
        return found
    tried = f"{found.name} is not beside it" if replaced else "its name has no x which y could replace"
    raise InputError(f"{path}: no labels, since a .npy file holds one array and {tried}: set train_labels/test_labels")


def listing(arrays: Sequence[Array]) -> str:
    """Return keys, shapes and types of all arrays on one line."""
    return "; ".join(map(str, arrays))


def is_called(role: Role, names: tuple[str, ...]) -> Callable[[Array], bool]:
    """Return the test for a key that names `role`, such as ``X_test`` or ``test_data``."""
    spellings = {form for name in names for form in (f"{name}_{role}", f"{role}_{name}", f"{name}{role}")}
    return lambda array: array.key.lower().rsplit("/")[-1] in spellings


def _is_called(array: Array, names: tuple[str, ...], role: Role) -> bool:
    return array.key.lower().rsplit("/")[-1] in names or is_called(role, names)(array)


def _may_be_signals(array: Array) -> bool:
    long_axes = [size for size in array.shape if size > 1]
    return array.is_numeric and (len(long_axes) >= 2 or (array.is_complex and len(long_axes) == 1))


def _choose(
    arrays: Sequence[Array], candidates: Sequence[Array], names: tuple[str, ...], role: Role, what: str, setting: str
) -> Array:
    """Return the only candidate, after those whose name says the role, then those with a usual name."""
    of_role = [array for array in candidates if is_called(role, names)(array)]
    usual = [array for array in candidates if _is_called(array, names, role)]
    best = of_role or usual or candidates
    if len(best) == 1:
        return best[0]
    problem = f"several arrays may be the {what}" if best else f"no array is recognisable as the {what}"
    raise InputError(f"{arrays[0].path}: {problem} ({listing(arrays)}): set {setting}")
