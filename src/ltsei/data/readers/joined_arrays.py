"""Several arrays of a file as one, read lazily: those of days or sessions under keys such as ``Outdoor/{day}/X``.

What differs between the keys becomes one array of text for each field, with a value for each signal.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.captures.name_pattern import FIELD, NamePattern
from ltsei.data.readers.array import Array, loaded_array
from ltsei.data.readers.file_errors import AmbiguityError
from ltsei.data.readers.keys import LABELS, SIGNALS, listing
from ltsei.data.readers.labels import label_vector

SIGNALS_KEY, LABELS_KEY = "X", "Y"
PARTNERS = {"X": "Y", "x": "y", "data": "label", "signals": "labels", "signal": "label", "iq": "label"}
"""Last part of the key of signals -> that of their labels."""


class JoinedRows:
    """Arrays, one after the other along an axis, as an object that slices can index."""

    def __init__(self, pieces: Sequence[Any], axis: int = 0) -> None:
        """Take arrays, or datasets of HDF5, that agree in all axes but one."""
        self.pieces, self.axis = pieces, axis
        self.bounds = np.cumsum([0, *(piece.shape[axis] for piece in pieces)])

    def __getitem__(self, index: Any) -> np.ndarray:
        """Return the values at a tuple of slices, or all of them at ``()``."""
        slices = list(index) if index != () else [slice(None)] * len(self.pieces[0].shape)
        start, stop, _ = slices[self.axis].indices(int(self.bounds[-1]))
        first = max(0, int(np.searchsorted(self.bounds, start, side="right")) - 1)
        parts: list[np.ndarray] = []
        for piece, begin, end in zip(self.pieces[first:], self.bounds[first:], self.bounds[first + 1 :], strict=False):
            if begin >= stop and parts:
                break
            slices[self.axis] = slice(max(0, start - begin), max(0, min(stop, end) - begin))
            parts.append(np.asarray(piece[tuple(slices)]))
        return np.concatenate(parts, axis=self.axis)


def is_pattern(key: str | None) -> bool:
    """Return whether a key stands for several, as ``Outdoor/{day}/X`` does."""
    return key is not None and FIELD.search(key) is not None


def joined_by_key(arrays: Sequence[Array], x_key: str, y_key: str | None) -> list[Array]:
    """Return all signals of the keys that match a pattern as X, their labels as Y, and one array for each field.

    Args:
        arrays: of the file.
        x_key: pattern of the keys of signals.
        y_key: that of the labels; None for `x_key` with its last part renamed, such as X to Y.

    Raises:
        InputError: nothing matches, or arrays do not fit each other.
    """
    path, pattern = arrays[0].path, _pattern(arrays[0], x_key, "x_key")
    last = x_key.rsplit("/")[-1]
    labels = _pattern(arrays[0], y_key or x_key.removesuffix(last) + PARTNERS.get(last, LABELS_KEY), "y_key")
    signals_of, labels_of = _matching(arrays, pattern), _matching(arrays, labels)
    if not signals_of:
        raise InputError(f"{path}: x_key: no key matches {x_key}, got {listing(arrays)}")
    if missing := [fields for fields in signals_of if fields not in labels_of]:
        shown = ", ".join(signals_of[fields].key for fields in missing[:5])
        raise InputError(f"{path}: no labels {labels.text} beside {shown}; set y_key to their pattern")
    values = [label_vector(labels_of[fields].read()) for fields in signals_of]
    numbers = [len(each) for each in values]
    joined = _joined(list(signals_of.values()), numbers)
    columns = zip(*signals_of, strict=True)
    fields = [
        loaded_array(path, name, np.repeat(np.array(column), numbers))
        for name, column in zip(pattern.names, columns, strict=True)
    ]
    return [joined, loaded_array(path, LABELS_KEY, np.concatenate(values)), *fields]


def guessed_keys(arrays: Sequence[Array]) -> dict[str, str]:
    """Return ``x_key`` as a pattern where a file has an array of signals in each of several groups, else nothing."""
    names = [array.key.split("/") for array in arrays if array.key.lower().rsplit("/")[-1] in SIGNALS]
    if len(names) < 2 or len({len(parts) for parts in names}) > 1 or len({parts[-1] for parts in names}) > 1:
        return {}
    different = [len(set(column)) > 1 for column in zip(*names, strict=True)]
    fields = (f"group{number}" if sum(different) > 1 else "group" for number in range(1, len(different) + 1))
    key = "/".join(
        f"{{{next(fields)}}}" if differs else part for part, differs in zip(names[0], different, strict=True)
    )
    labels = {array.key for array in arrays if array.key.lower().rsplit("/")[-1] in LABELS}
    return {"x_key": key} if labels else {}


def _pattern(array: Array, key: str, setting: str) -> NamePattern:
    try:
        return NamePattern(key)
    except InputError as error:
        raise InputError(f"{array.path}: {setting}: {error}") from error


def _matching(arrays: Sequence[Array], pattern: NamePattern) -> dict[tuple[str, ...], Array]:
    """Return values of the fields -> array, in the order of the file; numbers in ascending order."""
    matches: dict[tuple[str, ...], Array] = {}
    for array in arrays:
        try:
            matches[tuple(pattern.values(PurePosixPath(f"{array.key}.h5")).values())] = array
        except InputError:
            continue
    return {fields: matches[fields] for fields in sorted(matches, key=_numeric)}


def _numeric(fields: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(int(field) if re.fullmatch("[0-9]+", field) else -1, field) for field in fields]


def _joined(arrays: Sequence[Array], numbers: Sequence[int]) -> Array:
    """Return arrays with so many signals each as one, along the only axis that fits these numbers."""
    first = arrays[0]
    if any(array.reversed_axes for array in arrays):
        raise InputError(f"{first.path}: x_key: groups of MATLAB files cannot be joined; name one array")
    axes = [
        axis
        for axis in range(len(first.shape))
        if all(len(array.shape) > axis and array.shape[axis] == n for array, n in zip(arrays, numbers, strict=True))
    ]
    rest = {(array.dtype, tuple(np.delete(array.shape, axis).tolist())) for array in arrays for axis in axes[:1]}
    if len(axes) != 1 or len(rest) != 1:
        raise AmbiguityError(
            f"{first.path}: x_key: arrays of one type can be joined whose shapes differ only in the axis of signals "
            f"({', '.join(map(str, numbers))}), got {listing(arrays)}"
        )
    shape = tuple(sum(numbers) if axis == axes[0] else size for axis, size in enumerate(first.shape))
    return Array(first.path, SIGNALS_KEY, shape, first.dtype, partial(_opened, arrays, axes[0]))


@contextmanager
def _opened(arrays: Sequence[Array], axis: int) -> Iterator[JoinedRows]:
    with ExitStack() as stack:
        yield JoinedRows([stack.enter_context(array.opened()) for array in arrays], axis)
