"""Parts of different length, such as training signals of 128 samples and test signals of 256, made equal."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.recordings import Part, Recordings


def one_length(recordings: Recordings, length: int | None) -> Recordings:
    """Return recordings whose signals all have one length: unchanged, or else cut or padded to `length`.

    Raises:
        InputError: lengths differ and `length` is None.
    """
    lengths = sorted({*recordings.train.lengths, *recordings.test.lengths})
    if len(lengths) == 1:
        return recordings
    if length is None:
        raise InputError(
            f"training, validation and test signals must have one length, got {' and '.join(map(str, lengths))} "
            f"samples: set `length` of the data set (beside `source`), such as length: {lengths[0]}; longer signals "
            "are cut at the end, shorter ones padded with zeros"
        )
    return replace(recordings, train=_fitted(recordings.train, length), test=_fitted(recordings.test, length))


def _fitted(part: Part, length: int) -> Part:
    shape = (length, *part.signal_shape[1:])
    return replace(part, signal_shape=shape, chunks=partial(_chunks, part, length), other_lengths=())


def _chunks(part: Part, length: int) -> Iterator[np.ndarray]:
    for chunk in part.chunks():
        missing = max(length - chunk.shape[1], 0)
        yield np.pad(chunk[:, :length], [(0, 0), (0, missing), *[(0, 0)] * (chunk.ndim - 2)])
