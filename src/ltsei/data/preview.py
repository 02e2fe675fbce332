"""A few signals of a data set as the report shows them: samples and spectrogram (no torch)."""

from typing import Any

import numpy as np

from ltsei.data.store import Store

CLASSES = 3
SAMPLES = 300
"""Length of the trace, from the start of the signal."""
WINDOW = 64
COLUMNS = 120
FLOOR_DB = -60.0
"""Lowest level shown, relative to the strongest point of the spectrogram."""
LEVELS = 100
"""Points of the spectrogram are whole numbers from 0 (the floor) to this."""


def examples(store: Store) -> list[dict[str, Any]]:
    """Return the first training signal of the first, the middle and the last class, as JSON values.

    Returns:
        For each signal ``class_name``, ``rate_hz`` (None where unknown), ``trace`` (a list of samples per channel) and
        ``spectrogram``: ``levels`` [frequency][time] from the lowest frequency on, ``seconds`` per column, and ``low``
        and ``high`` in hertz (samples and cycles per sample where the rate is unknown); None for a silent signal.
        Signals with more than one axis beside the channels, such as images, have no example.
    """
    if len(store.meta.signal_shape) != 2:
        return []
    labels = np.unique(np.linspace(0, store.meta.num_classes - 1, CLASSES).round().astype(int)).tolist()
    return [_example(store, label) for label in labels if (store.train_labels == label).any()]


def _example(store: Store, label: int) -> dict[str, Any]:
    signal = np.array(store.train_signals[int(np.argmax(store.train_labels == label))], dtype=np.float64)
    return {
        "class_name": store.meta.class_names[label],
        "rate_hz": store.meta.sample_rate_hz,
        "trace": [[float(f"{value:.4g}") for value in channel] for channel in signal[:SAMPLES].T],
        "spectrogram": _spectrogram(signal, store.meta.sample_rate_hz or 1.0),
    }


def _spectrogram(signal: np.ndarray, rate: float) -> dict[str, Any] | None:
    """Return the power over time and frequency: of I + jQ where there are two channels, else of the first channel."""
    from scipy.signal import ShortTimeFFT, get_window  # here, because the import takes a third of a second

    is_complex = signal.shape[1] == 2
    values = signal[:, 0] + 1j * signal[:, 1] if is_complex else signal[:, 0]
    window = min(WINDOW, len(values))
    hop = max(1, len(values) // COLUMNS)
    mode = "centered" if is_complex else "onesided"
    transform = ShortTimeFFT(get_window("hann", window), hop, rate, fft_mode=mode)
    power = np.abs(transform.stft(values, p0=0, p1=-(-len(values) // hop))) ** 2  # centred on samples of the signal
    if not power.any():
        return None
    decibels = 10 * np.log10(np.maximum(power / power.max(), 10 ** (FLOOR_DB / 10)))
    frequencies = transform.f
    return {
        "levels": np.rint(LEVELS * (1 - decibels / FLOOR_DB)).astype(int).tolist(),
        "seconds": hop / rate,
        "low": float(frequencies.min()),
        "high": float(frequencies.max()),
    }
