"""Examples of the signals of a data set: the start of the samples, and the spectrogram."""

from collections.abc import Mapping
from typing import Any

from ltsei.data.preview import FLOOR_DB, LEVELS
from ltsei.report.charts.chart import Chart
from ltsei.report.number_text import rounded

TIME = (("Time (s)", 1.0), ("Time (ms)", 1e-3), ("Time (µs)", 1e-6))
FREQUENCY = (("Frequency (MHz)", 1e6), ("Frequency (kHz)", 1e3), ("Frequency (Hz)", 1.0))
Example = Mapping[str, Any]
"""An entry of `data.preview.examples`."""


def trace(example: Example) -> Chart:
    """Return the first samples of a signal, a line per channel."""
    channels = example["trace"]
    names = ["I", "Q"] if len(channels) == 2 else [f"channel {number}" for number in range(1, len(channels) + 1)]
    title, unit = time_axis(example["rate_hz"], len(channels[0]))
    step = 1 / ((example["rate_hz"] or 1) * unit)
    rows = [
        {"channel": name, "at": rounded(step * index), "value": value}
        for name, values in zip(names, channels, strict=True)
        for index, value in enumerate(values)
    ]
    return Chart("trace", {"rows": rows}, {"title": example["class_name"], "time": title})


def spectrogram(example: Example) -> Chart | None:
    """Return the power of a signal in decibels below its maximum, a row per frequency; None for a silent signal."""
    if example["spectrogram"] is None:
        return None
    content, rate = example["spectrogram"], example["rate_hz"]
    levels, seconds, low, high = (content[name] for name in ("levels", "seconds", "low", "high"))
    time, duration = time_axis(rate, seconds * len(levels[0]) * (rate or 1))
    frequency, unit = _axis(high, FREQUENCY) if rate else ("Cycles per sample", 1.0)
    edges = [rounded(seconds * column / duration) for column in range(len(levels[0]) + 1)]
    step = (high - low) / (len(levels) - 1)
    rows = [
        {
            "bottom": rounded((low + step * (line - 0.5)) / unit),
            "top": rounded((low + step * (line + 0.5)) / unit),
            "left": edges[:-1],
            "right": edges[1:],
            "decibels": [rounded(-FLOOR_DB * (level / LEVELS - 1)) for level in of_line],
        }
        for line, of_line in enumerate(levels)
    ]
    return Chart("spectrogram", {"rows": rows}, {"time": time, "frequency": frequency, "decibels": [FLOOR_DB, 0]})


def time_axis(rate_hz: float | None, samples: float) -> tuple[str, float]:
    """Return the title of a time axis and its unit in seconds; samples where the rate is unknown."""
    return _axis(samples / rate_hz, TIME) if rate_hz else ("Sample", 1.0)


def _axis(largest: float, units: tuple[tuple[str, float], ...]) -> tuple[str, float]:
    """Return the largest unit that `largest` reaches, else the smallest."""
    return next((unit for unit in units if largest >= unit[1]), units[-1])
