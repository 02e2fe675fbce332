"""The array of stored signals: signals fitted to its shape, and its file, written a chunk at a time."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data import duplicates
from ltsei.data.part_checks import DTYPE, checked_chunks
from ltsei.data.recordings import Part


def write_signals(name: str, part: Part, path: Path) -> np.ndarray:
    """Write the signals of a part as .npy; return the digest of each. Errors of the signals begin with `name`."""
    header = {"descr": DTYPE.str, "fortran_order": False, "shape": (len(part.labels), *part.signal_shape)}
    seen = [np.zeros(0, duplicates.DIGEST)]
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for values in checked_chunks(name, part):
            file.write(values.data)
            seen.append(duplicates.digests(values))
    return np.concatenate(seen)


def fitted(name: str, part: Part, shape: tuple[int, ...], length: int | None) -> Part:
    """Return further signals of a data set cut or padded to the shape of its stored ones; errors begin with `name`.

    Raises:
        InputError: there are none, they have another number of channels, or lengths differ and `length` is None.
    """
    if len(part.labels) == 0:
        raise InputError(f"{name}: no signals, expected at least one")
    if part.signal_shape[1:] != shape[1:]:
        raise InputError(f"{name}: got signals {part.signal_shape}, expected the channels of the others: {shape}")
    if part.signal_shape == shape:
        return part
    if length is None:
        raise InputError(
            f"{name}: got signals of {part.signal_shape[0]} samples, expected {shape[0]} as in training; set "
            "`length` of the data set, which cuts longer signals at the end and pads shorter ones with zeros"
        )
    return replace(part, signal_shape=shape, chunks=partial(_cut_or_padded, part, shape[0]))


def _cut_or_padded(part: Part, length: int) -> Iterator[np.ndarray]:
    for chunk in part.chunks():
        missing = max(length - chunk.shape[1], 0)
        yield np.pad(chunk[:, :length], [(0, 0), (0, missing), *[(0, 0)] * (chunk.ndim - 2)])
