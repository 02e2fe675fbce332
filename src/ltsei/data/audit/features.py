"""A few numbers of each signal that need no knowledge of the modulation: level, noise, length, carrier."""

from collections.abc import Callable, Mapping

import numpy as np

from ltsei.data.audit.sample import PartSample

SEGMENTS = 16
BINS = 256
"""Points of the spectrum from which the signal-to-noise ratio is estimated."""
TINY = 1e-30
QUIET, LOUD = 0.1, 0.95
"""Quantiles of the power that stand for noise and for signal."""


def amplitude(signals: np.ndarray) -> np.ndarray:
    """Return the root mean square in decibels, [n, 1]."""
    return _decibels(_power(signals).mean(axis=1))[:, None]


def snr(signals: np.ndarray) -> np.ndarray:
    """Return two estimates of the signal-to-noise ratio in decibels, over time and over frequency, [n, 2]."""
    over_time = np.quantile(_power(signals), [QUIET, LOUD], axis=1)
    first = _as_vectors(signals)
    blocks = first[:, : first.shape[1] // BINS * BINS].reshape(len(first), -1, BINS) if first.shape[1] >= BINS else None
    spectrum = np.abs(np.fft.fft(first[:, None] if blocks is None else blocks, axis=-1)) ** 2
    over_frequency = np.quantile(spectrum.mean(axis=1), [QUIET, LOUD], axis=1)
    return np.stack([_decibels(high) - _decibels(low) for low, high in (over_time, over_frequency)], axis=1)


def envelope(signals: np.ndarray) -> np.ndarray:
    """Return where the energy lies: shares of `SEGMENTS` equal parts in decibels, and the length in use, [n, 17]."""
    power = _power(signals)
    parts = np.stack([part.sum(axis=1) for part in np.array_split(power, SEGMENTS, axis=1)], axis=1)
    shares = _decibels(parts / np.maximum(power.sum(axis=1, keepdims=True), TINY))
    loud = power > QUIET * power.max(axis=1, keepdims=True)
    used = power.shape[1] - np.argmax(loud[:, ::-1], axis=1)
    return np.column_stack([np.maximum(shares, -100.0), used])


def carrier_offset(signals: np.ndarray) -> np.ndarray:
    """Return the mean frequency of I + jQ in cycles per sample, weighted by power, [n, 1]."""
    values = _as_vectors(signals)
    lagged = np.sum(values[:, 1:] * values[:, :-1].conj(), axis=1)
    frequency: np.ndarray = np.angle(lagged) / (2 * np.pi)
    return frequency[:, None]


MEASURES: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "amplitude": amplitude,
    "snr": snr,
    "envelope": envelope,
    "carrier_offset": carrier_offset,
}


def measure(part: PartSample, names: list[str]) -> dict[str, np.ndarray]:
    """Return name -> features of each examined signal, [n, features]; the signals are read once."""
    rows = [{name: MEASURES[name](_two_axes(chunk)) for name in names} for chunk in part.chunks()]
    return {name: np.concatenate([row[name] for row in rows]) for name in names}


def _two_axes(signals: np.ndarray) -> np.ndarray:
    """Return signals as float64 [n, L, channels]; further axes become one with the first."""
    return signals.reshape(len(signals), -1, signals.shape[-1]).astype(np.float64)


def _power(signals: np.ndarray) -> np.ndarray:
    power: np.ndarray = np.square(signals).sum(axis=-1)
    return power


def _as_vectors(signals: np.ndarray) -> np.ndarray:
    """Return I + jQ where there are two channels, else the first channel, [n, L]."""
    vectors: np.ndarray = signals[..., 0] + 1j * signals[..., 1] if signals.shape[-1] == 2 else signals[..., 0]
    return vectors


def _decibels(power: np.ndarray) -> np.ndarray:
    decibels: np.ndarray = 10 * np.log10(np.maximum(power, TINY))
    return decibels
