"""What one receiver, common to all emitters, records of an emitter's messages.

Order: pulses -> sag -> oscillator -> two-ray channel -> receiver filter and noise -> I/Q imbalance and offset. The
simulation runs at 50 MS/s over a window of 128 µs. The received band is narrow, so that any other sampling rate is
the same spectrum with an inverse Fourier transform of another length.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import fft

from ltsei.data.adsb import mode_s
from ltsei.data.adsb.emitter import LEAD_TICKS, PULSE_TICKS, TICK_S, Emitter
from ltsei.data.adsb.mode_s import SLOT_S

RATE_HZ = 50e6
WINDOW_S = 128e-6
SLOTS = 256
FIRST_SLOT = 8
"""Slots of the window before the frame."""
EARLY_S = 0.24e-6
"""The 25 samples of a slot start this long before its nominal time, so that no pulse starts before its samples."""
ON_AIR_S = 58e-6
"""Total duration of the pulses of a frame."""
BAND_HZ = 5.2e6
ROLL_OFF = 0.19
"""With `BAND_HZ` and this flank, the mean spectrum is within 2 dB of that of 84 real messages up to ±5.5 MHz."""
FULL_RATE_HZ = 12.5e6
"""Lowest rate that holds the complete received band."""
BINS = np.arange(-800, 801)
"""Fourier bins of the received band, 1/128 µs = 7.8125 kHz apart."""
GAIN_IMBALANCE = 0.01
PHASE_IMBALANCE_RAD = math.radians(0.6)
DC_OFFSET = np.array([0.0032, 0.0024], np.float32)
"""Offset of I and Q, in amplitudes of a pulse: 0.4 % together."""


@dataclass(frozen=True)
class Draws:
    """The random quantities of n messages.

    Attributes:
        frames: bits, uint8 [n, 112].
        uniform: in [0, 1): phase, Doppler, delay; then delay, level and phase of the second ray; float64 [n, 6].
        normal: standard normal: carrier offset, drift; then for each slot the position of its pulse, then for each
            slot the phase noise; float32 [n, 2 + 2·SLOTS].
        snr_db: float64 [n].
        noise: complex normal, complex64 [n, BINS].
    """

    frames: np.ndarray
    uniform: np.ndarray
    normal: np.ndarray
    snr_db: np.ndarray
    noise: np.ndarray


def draw(generators: Sequence[np.random.Generator], snr_db: float | None) -> Draws:
    """Return the draws of one message per generator; where `snr_db` is None it is min(8 + Gamma(2, 3.5), 28)."""
    content, uniform, normal, snr, noise = [], [], [], [], []
    for rng in generators:
        content.append(rng.integers(0, 2, 80, np.uint8))
        uniform.append(rng.random(6))
        snr.append(min(8.0 + rng.gamma(2.0, 3.5), 28.0))
        normal.append(rng.standard_normal(2 + 2 * SLOTS, np.float32))
        noise.append(rng.standard_normal(2 * len(BINS), np.float32))
    return Draws(
        mode_s.make_frames(np.stack(content)),
        np.stack(uniform),
        np.stack(normal),
        np.array(snr) if snr_db is None else np.full(len(snr), snr_db),
        np.stack(noise).view(np.complex64),
    )


def receive(emitter: Emitter, tables: np.ndarray, draws: Draws, sample_rate_hz: float) -> np.ndarray:
    """Return the recorded frames, float32 [n, 120 µs · sample rate, 2], arbitrary amplitude.

    Args:
        emitter: the transmitter.
        tables: its `pulse_tables`.
        draws: of n messages.
        sample_rate_hz: a multiple of 125 kHz; below 12.5 MHz the received band narrows with it.
    """
    sent = tables.ravel()[_table_index(emitter, draws)]
    sent *= _oscillator(emitter, draws)
    band = _filter(BAND_HZ)
    spectrum = np.take(fft.fft(sent, axis=-1), BINS, axis=1)
    spectrum *= _channel(draws.uniform) * band
    spectrum /= np.sqrt(np.sum(np.abs(spectrum) ** 2, axis=-1, keepdims=True) * WINDOW_S / ON_AIR_S)
    level = 10 ** (-draws.snr_db[:, None] / 20) / np.sqrt(2 * np.sum(band**2))
    spectrum += level.astype(np.float32) * band * draws.noise
    return _imperfect(_sampled(spectrum, sample_rate_hz))


def _sampled(spectrum: np.ndarray, sample_rate_hz: float) -> np.ndarray:
    """Return the frame with this spectrum over `BINS` at a sampling rate, complex64 [n, 120 µs · sample rate]."""
    samples = round(sample_rate_hz * WINDOW_S)
    inside = np.abs(BINS) < samples / 2
    if sample_rate_hz < FULL_RATE_HZ:
        spectrum = spectrum * _filter(BAND_HZ * sample_rate_hz / FULL_RATE_HZ)
    padded = np.zeros((len(spectrum), samples), np.complex64)
    padded[:, BINS[inside]] = spectrum[:, inside]
    start = round(FIRST_SLOT * SLOT_S * sample_rate_hz)
    window: np.ndarray = fft.ifft(padded, axis=-1, norm="forward")
    return window[:, start : start + round(mode_s.FRAME_S * sample_rate_hz)]


def _table_index(emitter: Emitter, draws: Draws) -> np.ndarray:
    """Return the position in the flattened pulse tables of each sample of the window, int32 [n, samples].

    The position is the time since the start of the pulse in the sample's slot, or of the last pulse before it where
    that has not started or the slot has none. At most two pulses of a frame are adjacent; they form one long pulse.
    """
    on = np.zeros((len(draws.frames), SLOTS + 1), bool)
    on[:, FIRST_SLOT : FIRST_SLOT + 240] = mode_s.pulse_slots(draws.frames)
    starts = on[:, :-1] & ~np.roll(on, 1, axis=1)[:, :-1]
    ticks = np.rint(_pulse_times(emitter, draws) / TICK_S).astype(np.int32) - LEAD_TICKS
    origin = ticks - PULSE_TICKS * on[:, 1:]
    last = np.maximum.accumulate(np.where(starts, np.arange(SLOTS), -1), axis=1)
    current = np.where(last < 0, -2 * PULSE_TICKS, np.take_along_axis(origin, last, axis=1)).astype(np.int32)
    previous = np.roll(current, 1, axis=1)
    previous[:, 0] = -2 * PULSE_TICKS
    begin = np.where(starts, ticks, 0).astype(np.int32)
    times = _sample_ticks()
    index: np.ndarray = times - np.where(times < begin[..., None], previous[..., None], current[..., None])
    return index.reshape(len(index), -1)


def _sample_ticks() -> np.ndarray:
    """Return the times of each slot's samples since the start of the window, in ticks, int32 [SLOTS, 25]."""
    samples = np.arange(round(WINDOW_S * RATE_HZ)).reshape(SLOTS, -1)
    return np.rint((samples / RATE_HZ - EARLY_S) / TICK_S).astype(np.int32)


def _pulse_times(emitter: Emitter, draws: Draws) -> np.ndarray:
    """Return when the pulse of each slot would start, in seconds since the start of the window, float64 [n, SLOTS]."""
    nominal = np.arange(SLOTS) * SLOT_S
    fixed = FIRST_SLOT * SLOT_S + (nominal - FIRST_SLOT * SLOT_S) * (1 + 1e-6 * emitter.clock_ppm)
    fixed[FIRST_SLOT + 17 :: 2] += emitter.skew_s
    offsets = (emitter.preamble_0_s, emitter.preamble_1_s, emitter.preamble_2_s, emitter.preamble_3_s)
    fixed[np.add(mode_s.PREAMBLE_SLOTS, FIRST_SLOT)] += offsets
    times: np.ndarray = fixed + (draws.normal[:, 2 : 2 + SLOTS] * emitter.jitter_s).clip(-20e-9, 20e-9)
    return times


def _oscillator(emitter: Emitter, draws: Draws) -> np.ndarray:
    """Return the effect of carrier offset, Doppler, drift, phase noise and sag, complex64 [n, samples].

    The phase is linear within each slot.
    """
    time = (np.arange(SLOTS + 1) - FIRST_SLOT) * SLOT_S
    doppler = 1.1e3 * (2 * draws.uniform[:, 1:2] - 1)
    carrier = emitter.cfo_hz + emitter.cfo_jitter_hz * draws.normal[:, :1] + doppler
    since = np.maximum(time, 0.0)
    drift = emitter.drift_hz * (since - emitter.drift_time_s * (1 - np.exp(-since / emitter.drift_time_s)))
    phase = draws.uniform[:, :1] + carrier * time + (1 + 0.15 * draws.normal[:, 1:2]) * drift
    walk = np.cumsum(draws.normal[:, 2 + SLOTS :], axis=1, dtype=np.float64)
    phase[:, 1:] += np.sqrt(emitter.linewidth_hz * SLOT_S / (2 * np.pi)) * walk
    knots = (phase[:, :-1] % 1.0)[..., None]
    slopes = np.diff(phase)[..., None]
    fraction = np.arange(25, dtype=np.float32) / 25
    angle = (2 * np.pi * knots).astype(np.float32) + (2 * np.pi * slopes).astype(np.float32) * fraction
    rotation = np.empty(angle.shape, np.complex64)
    np.cos(angle, out=rotation.real)
    np.sin(angle, out=rotation.imag)
    rotation *= (1 - emitter.sag * time[:-1, None] / mode_s.FRAME_S).astype(np.float32)
    return rotation.reshape(len(angle), -1)


def _channel(uniform: np.ndarray) -> np.ndarray:
    """Return the response of a delay (±10 ns) and a second ray (20-350 ns, -8 to -28 dB), complex64 [n, BINS]."""
    frequency = BINS / WINDOW_S
    delay = EARLY_S - 10e-9 * (2 * uniform[:, 2:3] - 1)
    second = 20e-9 + 330e-9 * uniform[:, 3:4]
    level = 10 ** (-(8 + 20 * uniform[:, 4:5]) / 20)
    turns = uniform[:, 5:6] - frequency * second
    response: np.ndarray = np.exp(2j * np.pi * frequency * delay) * (1 + level * np.exp(2j * np.pi * turns))
    return response.astype(np.complex64)


def _filter(cutoff_hz: float) -> np.ndarray:
    """Return a low-pass filter over `BINS`, float32: 1/2 at the cutoff, with a raised-cosine flank of ±19 %."""
    position = (np.abs(BINS) / WINDOW_S / cutoff_hz - 1) / (2 * ROLL_OFF)
    flank: np.ndarray = 0.5 - 0.5 * np.sin(np.pi * position.clip(-0.5, 0.5))
    return flank.astype(np.float32)


def _imperfect(frame: np.ndarray) -> np.ndarray:
    """Return I and Q with the receiver's gain and phase imbalance and its offset, float32 [n, samples, 2]."""
    i, q = frame.real, frame.imag
    skewed = math.cos(PHASE_IMBALANCE_RAD) * q + math.sin(PHASE_IMBALANCE_RAD) * i
    pair: np.ndarray = np.stack([(1 + GAIN_IMBALANCE) * i, skewed], axis=-1) + DC_OFFSET
    return pair
