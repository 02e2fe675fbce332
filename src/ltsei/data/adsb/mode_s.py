"""Mode S extended squitter (DF17) as bits: frames, parity, pulse positions, demodulation.

Source: ICAO Annex 10 Vol IV, 3.1.2.2 (preamble, pulse position modulation) and 3.1.2.3.3 (parity).
A frame lasts 120 µs: an 8 µs preamble and 112 bits of 1 µs, DF 5, CA 3, AA 24, ME 56, PI 24.
"""

from collections.abc import Collection, Mapping
from typing import Literal

import numpy as np

from ltsei.core.errors import InputError

FRAME_S = 120e-6
BLOCK_S = 8e-6
"""Every field starts and ends at a multiple of this duration."""
SLOT_S = 0.5e-6
SHIFTS_S = np.arange(-5, 6) * 20e-9
PREAMBLE_SLOTS = (0, 2, 7, 9)
"""Preamble pulses at 0, 1.0, 3.5 and 4.5 µs, in slots."""
FIELDS: Mapping[str, slice] = {"aa": slice(8, 32), "me": slice(32, 88), "pi": slice(88, 112)}
"""Bits of the fields that can be masked: address, message, and parity, which reveals the address."""
GENERATOR = 0x1FFF409
DF17_CA5 = np.unpackbits(np.array([17 << 3 | 5], np.uint8))

MaskMode = Literal["cut", "blank"]


def crc24(bits: np.ndarray) -> np.ndarray:
    """Return the remainder of a bit string times x²⁴ by the generator 1FFF409, uint8 [..., 24].

    Args:
        bits: 0 or 1, [..., n], most significant first. The PI field is the remainder of the 88 bits before it.
    """
    powers = np.empty((bits.shape[-1], 24), np.uint8)
    power = GENERATOR & 0xFFFFFF  # x²⁴ modulo the generator, the weight of the last bit
    for row in powers[::-1]:
        row[:] = [power >> shift & 1 for shift in range(23, -1, -1)]
        power = power << 1 ^ (GENERATOR if power >> 23 else 0)
    return (bits.astype(np.int64) @ powers % 2).astype(np.uint8)


def make_frames(content: np.ndarray) -> np.ndarray:
    """Return valid frames, uint8 [..., 112]: DF = 17, CA = 5, then `content`, then its parity.

    Args:
        content: bits of AA and ME, uint8 [..., 80].
    """
    head = np.broadcast_to(DF17_CA5, (*content.shape[:-1], 8))
    message = np.concatenate([head, content], axis=-1)
    return np.concatenate([message, crc24(message)], axis=-1)


def pulse_slots(frames: np.ndarray) -> np.ndarray:
    """Return in which slots of 0.5 µs the transmitter is on, bool [n, 240]; a 1 is a pulse in the first half bit."""
    slots = np.zeros((len(frames), 240), bool)
    slots[:, PREAMBLE_SLOTS] = True
    slots[:, 16::2] = frames == 1
    slots[:, 17::2] = frames == 0
    return slots


def visible_samples(mask: Collection[str], sample_rate_hz: float) -> np.ndarray:
    """Return which samples of a frame lie outside the masked fields, bool [120 µs · sample rate]."""
    visible = np.ones(15, bool)
    for field in mask:
        visible[1 + FIELDS[field].start // 8 : 1 + FIELDS[field].stop // 8] = False
    return np.repeat(visible, round(sample_rate_hz * BLOCK_S))


def demodulate(
    signals: np.ndarray, sample_rate_hz: float, mask: Collection[str] = (), mask_mode: MaskMode = "cut"
) -> np.ndarray:
    """Return the bits outside the masked fields, uint8 [N, 112 - masked]: 1 where the first half bit is stronger.

    Args:
        signals: I and Q, [N, L, 2], starting within 0.1 µs of the first preamble pulse; the start of each message
            is refined to where the contrast between half bits is largest.
        sample_rate_hz: a multiple of 125 kHz, so that fields begin at whole samples.
        mask: masked fields, any of ``aa``, ``me``, ``pi``.
        mask_mode: whether the masked samples are missing (``cut``) or zero (``blank``).

    Raises:
        InputError: L is not the length of such a frame.
    """
    visible = visible_samples(mask, sample_rate_hz)
    expected = int(visible.sum()) if mask_mode == "cut" else len(visible)
    if signals.shape[1] != expected:
        raise InputError(
            f"demodulate: got signals of {signals.shape[1]} samples, but a frame at {sample_rate_hz:g} Hz with mask "
            f"{list(mask)} ({mask_mode}) has {expected}; check sample_rate_hz and mask"
        )
    amplitude = np.sqrt(np.square(signals, dtype=np.float64).sum(axis=-1))
    if mask_mode == "blank":
        amplitude = amplitude[:, visible]
    slot = sample_rate_hz * SLOT_S
    contrast = np.stack([_half_bit_difference(amplitude, slot, shift * sample_rate_hz) for shift in SHIFTS_S])
    best = np.abs(contrast).sum(axis=-1).argmax(axis=0)
    aligned: np.ndarray = contrast[best, np.arange(len(signals))]
    return (aligned > 0).astype(np.uint8)


def _half_bit_difference(amplitude: np.ndarray, slot: float, shift: float) -> np.ndarray:
    """Return the first minus the second half of each bit, [N, bits].

    `slot` is the length of a half bit, `shift` the start of the frame, both in samples; a sample that a boundary
    divides is shared in proportion.
    """
    length = amplitude.shape[1]
    total = np.pad(np.cumsum(amplitude, axis=1), ((0, 0), (1, 0)))
    boundary = np.arange(16, round(length / slot) + 1) * slot + 0.5 + shift
    whole = np.minimum(boundary.astype(np.int64), length - 1)
    share = np.minimum(boundary - whole, 1.0)
    halves = np.diff(total[:, whole] + share * amplitude[:, whole], axis=1)
    difference: np.ndarray = halves[:, ::2] - halves[:, 1::2]
    return difference
