"""Fields of messages that are set to zero, since they say who sends."""

from collections.abc import Sequence

import numpy as np

from ltsei.data.transponders.frames import ALL_CALL, LONG, SQUITTERS
from ltsei.data.transponders.settings import Field

PREAMBLE_S, BIT_S = 8e-6, 1e-6
MARGIN = 1
"""Further samples on both sides of a field, over which a receiver smears its pulses."""


def bits_of(field: Field, downlink_format: int) -> tuple[int, int] | None:
    """Return the first bit of a field and the one after its last; None where a format has no such field.

    The address (``aa``) is in DF11, DF17 and DF18; ``pi`` is the parity at the end, with or without an address in it;
    ``me`` is what lies between the head of the message, or its address, and the parity.
    """
    end = 112 if downlink_format >= LONG else 56
    has_address = downlink_format in (ALL_CALL, *SQUITTERS)
    bounds = {
        "aa": (8, 32) if has_address else (0, 0),
        "me": (32 if has_address else 5, end - 24),
        "pi": (end - 24, end),
    }
    first, last = bounds[field]
    return (first, last) if first < last else None


def blanked(
    chunk: np.ndarray, begin: np.ndarray, kinds: np.ndarray, mask: Sequence[Field], sample_rate_hz: float
) -> np.ndarray:
    """Return windows, [n, L, 2], with the samples of some fields set to zero.

    Args:
        chunk: windows, which are changed.
        begin: position of the first preamble pulse in each, in samples.
        kinds: downlink format of each.
        mask: the fields.
        sample_rate_hz: of the windows.
    """
    samples = np.arange(chunk.shape[1])
    for kind in np.unique(kinds).tolist():
        for field in mask:
            bits = bits_of(field, kind)
            if bits is None:
                continue
            rows = np.flatnonzero(kinds == kind)
            first, last = (begin[rows, None] + (PREAMBLE_S + bit * BIT_S) * sample_rate_hz for bit in bits)
            hidden = (samples >= np.floor(first) - MARGIN) & (samples <= np.ceil(last) + MARGIN)
            chunk[rows] *= ~hidden[..., None]
    return chunk
