"""From the positions of preambles to the frames whose parity holds.

Source: ICAO Annex 10 Vol IV, 3.1.2.3.3 (parity) and 3.1.2.5 to 3.1.2.8 (the formats). DF17 and DF18 end with the plain
parity of what precedes, DF11 with the parity plus the code of the interrogator; all others add the address of the
transponder, so that any bits give some address, and only one that is known from elsewhere is proof.
"""

from dataclasses import dataclass, fields

import numpy as np

from ltsei.data.adsb.mode_s import crc24
from ltsei.data.transponders.preambles import SLOTS, Envelope

FORMATS = (0, 4, 5, 11, 16, 17, 18, 20, 21)
"""Downlink formats that are received."""
SQUITTERS = (17, 18)
ALL_CALL = 11
LARGEST_CODE = 79
"""Interrogator codes are 1 to 79: II codes to 15, then SI codes."""
LONG = 16
"""Formats from this one on have 112 bits, the others 56."""
CLEAR = 0.25
"""Lowest mean contrast of half bits of frames that only an address can prove; noise seldom has more."""
BLOCK = 4096
REFINEMENTS = np.linspace(-1, 1, 9)
"""Positions around the one at which a frame is found, in steps."""


@dataclass(frozen=True)
class Frames:
    """Frames of one recording; arrays of one length.

    Attributes:
        start: position of the first preamble pulse, in samples, float64.
        downlink_format: int64.
        address: 24 bits as a number, int64.
        proven: whether the parity alone shows that the frame has no error.
        contrast: mean difference of half bits over their mean sum, 0...1.
        content: the bits, packed, those beyond 56 being zero in short frames, uint8 [n, 14].
    """

    start: np.ndarray
    downlink_format: np.ndarray
    address: np.ndarray
    proven: np.ndarray
    contrast: np.ndarray
    content: np.ndarray

    def __len__(self) -> int:
        return len(self.start)

    def select(self, rows: np.ndarray) -> "Frames":
        """Return some of the frames: indices, or bool for each."""
        return Frames(*(getattr(self, field.name)[rows] for field in fields(self)))


def joined(parts: list[Frames]) -> Frames:
    """Return the frames of all parts, one part after the other."""
    return Frames(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Frames)))


def none() -> Frames:
    """Return no frame."""
    whole = np.zeros(0, dtype=np.int64)
    return Frames(np.zeros(0), whole, whole, np.zeros(0, dtype=bool), np.zeros(0), np.zeros((0, 14), dtype=np.uint8))


def frames_at(envelope: Envelope, starts: np.ndarray) -> Frames:
    """Return the frames that begin at some of these positions: those that are proven, and clear ones that may be."""
    parts = [none()]
    for first in range(0, len(starts), BLOCK):
        block = starts[first : first + BLOCK]
        kinds = _number(_bits(envelope, block, 5)[0])
        for bits, is_long in ((56, False), (112, True)):
            wanted = np.isin(kinds, [kind for kind in FORMATS if (kind >= LONG) == is_long])
            if wanted.any():
                parts.append(_checked(envelope, block[wanted], kinds[wanted], bits))
    return joined(parts)


def _checked(envelope: Envelope, starts: np.ndarray, kinds: np.ndarray, number: int) -> Frames:
    """Return the frames of one length that are, or may be, without an error."""
    bits, contrast = _bits(envelope, starts, number)
    remainder = _number(crc24(bits[:, :-24]) ^ bits[:, -24:])
    squitter, all_call = np.isin(kinds, SQUITTERS), kinds == ALL_CALL
    proven = (squitter | all_call) & (remainder == 0)
    possible = (contrast >= CLEAR) & ~squitter & (~all_call | (remainder <= LARGEST_CODE))
    address = np.where(squitter | all_call, _number(bits[:, 8:32]), remainder)
    content = np.zeros((len(bits), 14), dtype=np.uint8)
    content[:, : number // 8] = np.packbits(bits, axis=1)
    found = _once(Frames(starts, kinds, address, proven, contrast, content).select(proven | possible), envelope)
    return Frames(**{**vars(found), "start": _refined(envelope, found.start, number)})


def _once(frames: Frames, envelope: Envelope) -> Frames:
    """Return the clearest of successive frames with the same bits, which several positions near each other give."""
    other = (np.diff(frames.content, axis=0) != 0).any(axis=1) | (np.diff(frames.start) >= 4 * envelope.slot)
    message = np.concatenate([[0] * min(1, len(frames)), np.cumsum(other)]).astype(np.int64)
    order = np.lexsort((-frames.contrast, message))
    return frames.select(np.sort(order[np.unique(message[order], return_index=True)[1]]))


def _refined(envelope: Envelope, starts: np.ndarray, number: int) -> np.ndarray:
    """Return the positions around some frames at which half bits differ most."""
    shifted = starts[:, None] + REFINEMENTS * envelope.step
    contrast = _bits(envelope, shifted.ravel(), number)[1].reshape(shifted.shape)
    best: np.ndarray = np.take_along_axis(shifted, contrast.argmax(axis=1)[:, None], axis=1)[:, 0]
    return best


def _bits(envelope: Envelope, starts: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the bits after the preamble, uint8 [n, number], and their contrast, [n]."""
    halves = envelope.slots(starts, SLOTS, SLOTS + 2 * number)
    first, second = halves[:, ::2], halves[:, 1::2]
    total = np.maximum(halves.sum(axis=1), np.finfo(np.float64).tiny)
    return (first > second).astype(np.uint8), np.abs(first - second).sum(axis=1) / total


def _number(bits: np.ndarray) -> np.ndarray:
    """Return bits, most significant first, as numbers, int64 [n]."""
    numbers: np.ndarray = bits.astype(np.int64) @ (1 << np.arange(bits.shape[1] - 1, -1, -1, dtype=np.int64))
    return numbers
