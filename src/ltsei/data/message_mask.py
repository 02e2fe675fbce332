"""Samples of Mode S messages set to zero, so that nothing can be learned from the fields that they hold."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.adsb import mode_s
from ltsei.data.recordings import Part, Recordings

MaskedField = Literal["aa", "me", "pi", "all_but_preamble"]
STEP_HZ = 125e3
"""Fields begin at whole samples at multiples of this rate."""


def masked(recordings: Recordings, fields: Sequence[MaskedField]) -> Recordings:
    """Return recordings with the samples of some fields at zero; unchanged without fields.

    Signals are whole frames of 120 µs, or frames of 96 µs whose address was cut out, as in the public sets.

    Raises:
        InputError: the rate is unknown or no multiple of 125 kHz, or signals have another length.
    """
    if not fields:
        return recordings
    visible = _visible(recordings, fields)
    train, test = (_masked(part, visible) for part in (recordings.train, recordings.test))
    return replace(recordings, train=train, test=test, notes={**recordings.notes, "mask": sorted(fields)})


def _visible(recordings: Recordings, fields: Sequence[MaskedField]) -> np.ndarray:
    """Return which samples keep their values, bool [L]."""
    rate = recordings.sample_rate_hz
    if rate is None or rate % STEP_HZ:
        known = "an unknown rate" if rate is None else f"{rate:g} Hz"
        raise InputError(
            f"mask: got {known}, expected a sampling rate that is a multiple of 125 kHz; set it, or no mask"
        )
    hidden = tuple(mode_s.FIELDS) if "all_but_preamble" in fields else tuple(fields)
    visible = mode_s.visible_samples(hidden, rate)
    if "all_but_preamble" in fields:
        visible[round(rate * mode_s.BLOCK_S) :] = False
    kept = {int(mode_s.visible_samples(cut, rate).sum()): mode_s.visible_samples(cut, rate) for cut in ((), ("aa",))}
    lengths = {length for part in (recordings.train, recordings.test) for length in part.lengths}
    if len(lengths) != 1 or not lengths <= set(kept):
        raise InputError(
            f"mask: got signals of {' and '.join(map(str, sorted(lengths)))} samples, but Mode S frames at {rate:g} Hz "
            f"have {max(kept)}, or {min(kept)} without the address; remove mask, or correct sample_rate_hz"
        )
    result: np.ndarray = visible[kept[lengths.pop()]]
    return result


def _masked(part: Part, visible: np.ndarray) -> Part:
    return replace(part, chunks=partial(_chunks, part, visible))


def _chunks(part: Part, visible: np.ndarray) -> Iterator[np.ndarray]:
    for chunk in part.chunks():
        yield chunk * visible[:, None].astype(chunk.dtype)
