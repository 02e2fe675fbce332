"""Synthetic recordings of 1090 MHz: known frames at known places in noise."""

import numpy as np

from ltsei.data.adsb import mode_s

SCALE = 1000


def address_bits(address):
    return np.unpackbits(np.array([address >> 16, address >> 8 & 255, address & 255], np.uint8))


def frame(kind, address, seed=0, code=0):
    """Return the bits of a valid frame of a downlink format; `code` is that of the interrogator of a DF11."""
    bits = np.random.default_rng(seed).integers(0, 2, 112 if kind >= 16 else 56, np.uint8)
    bits[:5] = np.unpackbits(np.array([kind << 3], np.uint8))[:5]
    if kind in (11, 17, 18):
        bits[8:32] = address_bits(address)
    overlay = address_bits(code if kind in (11, 17, 18) else address)
    bits[-24:] = mode_s.crc24(bits[:-24]) ^ overlay
    return bits


def recording(frames, rate_hz, spacing_s=200e-6, snr_db=20.0, seed=0):
    """Return I and Q, [n, 2], and where each frame begins, in samples: pulses on a fine grid, averaged per sample.

    At 2 MS/s, half bits that begin in the middle of a sample would be lost in any receiver: frames begin elsewhere.
    """
    rng, fine = np.random.default_rng(seed), 8
    count = round((len(frames) + 1) * spacing_s * rate_hz)
    starts = np.array(
        [round((index + 0.5) * spacing_s * rate_hz) + 0.3 + 0.4 * (0.37 * index % 1) for index in range(len(frames))]
    )
    time = (np.arange(count * fine) + 0.5) / fine - 0.5
    envelope = np.zeros(count * fine)
    for start, bits in zip(starts, frames, strict=True):
        on = mode_s.pulse_slots(np.pad(bits, (0, 112 - len(bits)))[None])[0][: 16 + 2 * len(bits)]
        slot = np.floor((time - start) / (rate_hz * mode_s.SLOT_S)).astype(int)
        inside = (slot >= 0) & (slot < len(on))
        envelope[inside] += on[slot[inside]]
    noise = rng.normal(size=(count, 2)) * 10 ** (-snr_db / 20) / np.sqrt(2)
    phase = 2 * np.pi * 0.013 * np.arange(count)
    carrier = np.stack([np.cos(phase), np.sin(phase)], axis=1)
    return envelope.reshape(count, fine).mean(axis=1)[:, None] * carrier + noise, starts


def write(path, signals, datatype):
    """Write I and Q as unsigned bytes or as signed 16-bit numbers."""
    if datatype == "cu8":
        np.clip(signals * 50 + 127.5, 0, 255).round().astype(np.uint8).tofile(path)
    else:
        np.round(signals * SCALE).astype("<i2").tofile(path)
