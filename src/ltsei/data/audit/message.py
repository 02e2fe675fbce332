"""The message in windows of Mode S extended squitters: its bits, and the address that the parity still gives away.

The parity is linear in the 112 bits of a frame, so that the 24 bits of a missing address are the only solution of
24 equations in the parity of the other bits.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ltsei.data.adsb import mode_s
from ltsei.data.audit.sample import PartSample
from ltsei.data.meta import Meta

DF17 = (1, 0, 0, 0, 1)
"""The first five bits of an extended squitter."""
RECOGNIZED = 0.8
"""Share of signals that must start with `DF17`."""
STEP_HZ = 125e3
Mask = tuple[str, ...]


@dataclass(frozen=True)
class Messages:
    """What was demodulated.

    Attributes:
        bits: outside the mask, uint8 [n, bits].
        addresses: 24 bits as a number, int64 [n]; None where the mask leaves nothing to solve.
    """

    bits: np.ndarray
    addresses: np.ndarray | None


def masks(meta: Meta) -> list[Mask]:
    """Return the fields that may have been cut out of signals of this shape and rate; none where it is no Mode S."""
    rate, shape = meta.sample_rate_hz, meta.signal_shape
    if rate is None or rate % STEP_HZ or len(shape) != 2 or shape[1] != 2:
        return []
    cuts = itertools.chain.from_iterable(itertools.combinations(mode_s.FIELDS, number) for number in range(4))
    return [mask for mask in cuts if int(mode_s.visible_samples(mask, rate).sum()) == shape[0]]


def read(part: PartSample, mask: Mask, rate_hz: float) -> Messages:
    """Return bits and addresses of the examined signals, `mask` being cut out of them."""
    bits = np.concatenate([mode_s.demodulate(chunk, rate_hz, mask) for chunk in part.chunks()])
    return Messages(bits, _addresses(bits, mask, _blank_fields(part, mask, rate_hz)))


def are_squitters(bits: np.ndarray) -> bool:
    """Return whether nearly all messages start as an extended squitter does."""
    return float((bits[:, :5] == DF17).all(axis=1).mean()) >= RECOGNIZED


def _blank_fields(part: PartSample, cut: Mask, rate_hz: float) -> Mask:
    """Return the fields outside the cut whose samples are zero in the first signal."""
    first, kept = np.array(part.signals[part.indices[0]]), mode_s.visible_samples(cut, rate_hz)
    fields = {name: ~mode_s.visible_samples((name,), rate_hz)[kept] for name in mode_s.FIELDS if name not in cut}
    return tuple(name for name, samples in fields.items() if not first[samples].any())


def _addresses(bits: np.ndarray, cut: Mask, blank: Mask) -> np.ndarray | None:
    """Return the addresses, read where they are visible, else solved from the parity; None where neither works."""
    hidden = {*cut, *blank}
    if "aa" in hidden and hidden & {"me", "pi"}:
        return None
    frames = np.zeros((len(bits), 112), np.uint8)
    frames[:, list(_positions(cut))] = bits
    if "aa" in hidden:
        frames[:, mode_s.FIELDS["aa"]] = 0
        missing = mode_s.crc24(frames[:, :88]) ^ frames[:, mode_s.FIELDS["pi"]]
        frames[:, mode_s.FIELDS["aa"]] = missing.astype(np.int64) @ _parity_to_address() % 2
    weights = 1 << np.arange(23, -1, -1)
    addresses: np.ndarray = frames[:, mode_s.FIELDS["aa"]].astype(np.int64) @ weights
    return addresses


def _positions(cut: Mask) -> Iterator[int]:
    """Yield the positions in a frame of the bits that are not cut out."""
    for position in range(112):
        if not any(mode_s.FIELDS[name].start <= position < mode_s.FIELDS[name].stop for name in cut):
            yield position


def _parity_to_address() -> np.ndarray:
    """Return the matrix over GF(2) from the parity of a frame with nothing but an address to this address, [24, 24]."""
    unit = np.eye(88, dtype=np.uint8)[mode_s.FIELDS["aa"]]
    rows = np.concatenate([mode_s.crc24(unit), np.eye(24, dtype=np.uint8)], axis=1)
    for column in range(24):
        pivot = column + int(np.argmax(rows[column:, column]))
        rows[[column, pivot]] = rows[[pivot, column]]
        others = (rows[:, column] == 1) & (np.arange(24) != column)
        rows[others] ^= rows[column]
    inverse: np.ndarray = rows[:, 24:].astype(np.int64)
    return inverse
