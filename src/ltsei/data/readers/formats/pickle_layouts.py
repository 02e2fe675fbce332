"""Nested pickles of public sets as flat arrays: signals X, labels Y, and a value of each domain for each signal."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.array import Array, loaded_array
from ltsei.data.readers.joined_arrays import JoinedRows

WISIG = ("data", "tx_list", "rx_list", "capture_date_list", "equalized_list")


def wisig_arrays(path: Path, value: dict[Any, Any]) -> list[Array]:
    """Return the arrays of a compact set of WiSig, ``data[tx][rx][date][equalized]`` -> [n, 256, 2], else nothing.

    Labels are the transmitters; receiver, date and equalized are the domains.
    """
    if not set(WISIG) <= set(value):
        return []
    lists = [[str(each) for each in value[key]] for key in WISIG[1:]]
    try:
        cells = list(_cells(value["data"], lists))
    except (TypeError, IndexError, ValueError) as error:
        raise InputError(f"{path}: data does not have the axes transmitter, receiver, date, equalized") from error
    return _flat(path, cells, ("Y", "receiver", "date", "equalized"))


def radioml_arrays(path: Path, value: dict[Any, Any]) -> list[Array]:
    """Return the arrays of RadioML 2016, ``(modulation, snr)`` -> [n, 2, 128], else nothing; snr is the domain."""
    if not value or not all(isinstance(key, tuple) and len(key) == 2 for key in value):
        return []
    if not all(isinstance(each, np.ndarray) and each.ndim == 3 for each in value.values()):
        return []
    cells = [(array, (str(name), snr)) for (name, snr), array in value.items()]
    return _flat(path, cells, ("Y", "snr"))


def _cells(data: Any, lists: Sequence[Sequence[str]]) -> Iterator[tuple[np.ndarray, tuple[str, ...]]]:
    """Yield the signals that are not empty, and their place in the lists."""
    for index, name in enumerate(lists[0]):
        if len(lists) > 1:
            yield from ((array, (name, *place)) for array, place in _cells(data[index], lists[1:]))
        elif len(array := np.asarray(data[index])):
            yield array, (name,)


def _flat(path: Path, cells: Sequence[tuple[np.ndarray, tuple[Any, ...]]], names: Sequence[str]) -> list[Array]:
    """Return all signals as X, and one array for each name; InputError where signals differ in shape or type."""
    pieces = [array for array, _ in cells if len(array)]
    kinds = {(array.shape[1:], array.dtype) for array in pieces}
    if len(kinds) != 1:
        shown = ", ".join(f"{shape} {dtype}" for shape, dtype in list(kinds)[:3]) or "none"
        raise InputError(f"{path}: expected signals of one shape and type in all cells, got {shown}")
    numbers = [len(array) for array in pieces]
    columns = zip(*(place for array, place in cells if len(array)), strict=True)
    shape = (sum(numbers), *pieces[0].shape[1:])
    signals = Array(path, "X", shape, pieces[0].dtype, partial(nullcontext, JoinedRows(pieces)))
    values = [np.repeat(np.array(column), numbers) for column in columns]
    return [signals, *(loaded_array(path, name, each) for name, each in zip(names, values, strict=True))]
