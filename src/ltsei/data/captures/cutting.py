"""Where the windows of recordings begin: one after the other by a hop, inside labelled segments."""

from collections.abc import Sequence

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.captures.capture import Capture, Segment
from ltsei.data.captures.settings import CaptureSettings
from ltsei.data.captures.source import shown
from ltsei.data.captures.windows import Windows


def cut(captures: Sequence[Capture], settings: CaptureSettings) -> tuple[Windows, int]:
    """Return the windows of all recordings, and how many segments are too short for one and were left out.

    Raises:
        InputError: segments are shorter than a window and `short` is ``error``, or nothing is left of a class.
    """
    short = [
        (capture, segment)
        for capture in captures
        for segment in capture.segments
        if segment.stop - segment.start < settings.length
    ]
    if short and settings.short == "error":
        raise _too_short(short, sum(len(each.segments) for each in captures), settings.length)
    names = sorted({segment.label for capture in captures for segment in capture.segments})
    if not names:
        raise InputError(f"{shown(settings.files)}: no recording has a label; correct label_field or windows")
    codes = {name: code for code, name in enumerate(names)}
    tables = [_of_capture(number, capture, codes, settings) for number, capture in enumerate(captures)]
    capture, start, stop, labels = np.concatenate([np.zeros((0, 4), dtype=np.int64), *tables]).T
    empty = sorted(set(names) - {names[code] for code in np.unique(labels)})
    if empty:
        raise InputError(
            f"{shown(settings.files)}: no window of {settings.length} samples in any recording of "
            f"{', '.join(empty[:10])}: lower length, or set short: pad"
        )
    windows = Windows(captures, settings.length, capture, start, stop, labels, tuple(names))
    return windows, 0 if settings.short == "pad" else len(short)


def _of_capture(number: int, capture: Capture, codes: dict[str, int], settings: CaptureSettings) -> np.ndarray:
    """Return the windows of one recording in the order of time: its index, start, stop, label code, int64 [n, 4]."""
    tables = [np.zeros((0, 4), dtype=np.int64)]
    for segment in capture.segments:
        starts, stops = _bounds(segment, settings)
        same = np.ones_like(starts)
        tables.append(np.stack([same * number, starts, stops, same * codes[segment.label]], axis=1))
    windows = np.concatenate(tables)
    windows = windows[np.lexsort(windows.T[::-1])]
    if settings.max_windows is None:
        return windows
    rows = [_spread(np.flatnonzero(windows[:, 3] == code), settings.max_windows) for code in np.unique(windows[:, 3])]
    chosen: np.ndarray = windows[np.sort(np.concatenate(rows))] if rows else windows
    return chosen


def _bounds(segment: Segment, settings: CaptureSettings) -> tuple[np.ndarray, np.ndarray]:
    """Return starts and stops of the windows of a segment; only a padded one is shorter than the others."""
    length = settings.length
    if segment.stop - segment.start < length:
        padded = settings.short == "pad" and segment.stop > segment.start
        bounds = [[segment.start], [segment.stop]] if padded else [[], []]
        return np.array(bounds[0], dtype=np.int64), np.array(bounds[1], dtype=np.int64)
    starts = np.arange(segment.start, segment.stop - length + 1, settings.hop or length, dtype=np.int64)
    return starts, starts + length


def _spread(rows: np.ndarray, most: int) -> np.ndarray:
    """Return at most this many of some rows, evenly spread from the first to the last."""
    positions = np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(int)
    chosen: np.ndarray = rows[positions]
    return chosen


def _too_short(short: Sequence[tuple[Capture, Segment]], number: int, length: int) -> InputError:
    capture, segment = min(short, key=lambda each: each[1].stop - each[1].start)
    return InputError(
        f"{capture.name}: {segment.stop - segment.start} samples from {segment.start} on are fewer than a window of "
        f"{length}, the fewest of {len(short)} such recordings or annotations out of {number}: lower length, or set "
        "short: skip (leave them out) or short: pad (append zeros)"
    )
