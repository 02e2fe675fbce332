"""A few signals of a data set as the report shows them: their samples and their spectrogram (no torch)."""

from typing import Any

import numpy as np

from ltsei.data.store import Store

CLASSES = 3
SAMPLES = 300
"""Of the trace, from the start of the signal."""
WINDOW = 64
COLUMNS = 120
FLOOR_DB = -60.0
"""Below the strongest point of the spectrogram."""
LEVELS = 100
"""A point of the spectrogram is stored as a whole number from 0 (the floor) to this."""


def examples(store: Store) -> list[dict[str, Any]]:
    """Return the first training signal of the first, the middle and the last class, JSON-able.

    Returns:
        For each ``class_name``, ``rate_hz`` (None where unknown), ``trace`` (one list of samples a channel) and
        ``spectrogram``: ``levels`` [frequency][time] from the lowest frequency, ``seconds`` (samples, where the rate
        is unknown) per column and ``low``, ``high`` in hertz (cycles per sample). Nothing for signals of more than one
        dimension.
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
    """Return the power of I + jQ, or of the first of any other number of channels, over time and frequency."""
    from scipy.signal import ShortTimeFFT, get_window  # costs a third of a second, so only where it is used

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
