"""The messages of all recordings of a source as windows of one length, labelled with the address of the transponder."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ltsei.core.errors import InputError, unknown
from ltsei.data.adsb.mode_s import FRAME_S
from ltsei.data.captures.capture import Capture
from ltsei.data.captures.opening import open_unlabelled
from ltsei.data.captures.resampling import Resampled
from ltsei.data.captures.source import open_captures, shown
from ltsei.data.captures.windows import Windows
from ltsei.data.transponders.fields import blanked
from ltsei.data.transponders.frames import FORMATS
from ltsei.data.transponders.reception import received
from ltsei.data.transponders.settings import Field, MessageSettings


@dataclass(frozen=True)
class Bursts:
    """Windows around messages; arrays are [n], in the order of recordings and of time.

    Attributes:
        windows: with the address in six hexadecimal digits as label.
        downlink_format: int64.
        begin: position of the first preamble pulse in the window, in samples, float64.
        left_out: why messages were left out -> how many.
    """

    windows: Windows
    downlink_format: np.ndarray
    begin: np.ndarray
    left_out: dict[str, int]

    def chunks(self, indices: np.ndarray, mask: Sequence[Field], doing: str) -> Iterator[np.ndarray]:
        """Yield windows as `Windows.chunks` does, the fields `mask` of their messages set to zero."""
        done, rate = 0, self.windows.captures[0].rate_hz or 0.0
        for chunk in self.windows.chunks(indices, doing):
            rows = indices[done : done + len(chunk)]
            done += len(chunk)
            yield blanked(chunk, self.begin[rows], self.downlink_format[rows], mask, rate)

    def select(self, keep: np.ndarray, reason: str) -> "Bursts":
        """Return the windows for which bool `keep` [n] is True, the others counted under `reason`."""
        windows = self.windows
        columns = {name: getattr(windows, name)[keep] for name in ("capture", "start", "stop", "labels")}
        left_out = {**self.left_out, reason: self.left_out.get(reason, 0) + int((~keep).sum())}
        return Bursts(replace(windows, **columns), self.downlink_format[keep], self.begin[keep], left_out)

    def numbers(self) -> dict[str, Counter[str]]:
        """Return address -> format -> number of messages, frequent addresses first."""
        names = np.array(self.windows.label_names)[self.windows.labels]
        table: dict[str, Counter[str]] = {name: Counter() for name, _ in Counter(names.tolist()).most_common()}
        for name, kind in zip(names.tolist(), self.downlink_format.tolist(), strict=True):
            table[name][f"DF{kind}"] += 1
        return table


def open_bursts(settings: MessageSettings, *, read: bool) -> Bursts:
    """Return the messages of a source in the wanted formats whose windows begin inside their recording.

    Raises:
        InputError: what is wrong with the settings or the files, or there is no message in them.
    """
    for kind in settings.formats:
        if kind not in FORMATS:
            where = f"{shown(settings.files)}: formats"
            raise InputError(f"{where}: {unknown(str(kind), list(map(str, FORMATS)), 'downlink format')}")
    captures = open_captures(settings, read=read, opener=open_unlabelled)
    rate = captures[0].rate_hz
    if rate is None:
        raise InputError(f"{captures[0].name}: its rate is unknown; set recorded_rate_hz, such as 2.0e+6 or 2.4e+6")
    length = settings.length or math.ceil(FRAME_S * rate) + settings.lead
    tables = [_table(number, capture, length, settings.lead) for number, capture in enumerate(captures)]
    capture, start, stop, address, kinds = np.concatenate([table for table, _ in tables]).T
    if not len(capture):
        raise InputError(
            f"{shown(settings.files)}: no message without bit errors; check datatype and recorded_rate_hz, and whether "
            "this is 1090 MHz"
        )
    addresses, labels = np.unique(address, return_inverse=True)
    names = tuple(f"{each:06X}" for each in addresses.tolist())
    begin = np.concatenate([positions for _, positions in tables]) - start
    windows = Windows(captures, length, capture, start, stop, labels.astype(np.int64), names)
    bursts = Bursts(windows, kinds, begin, {})
    inside = start >= 0
    wanted = inside & np.isin(kinds, settings.formats)
    if not wanted.any():
        found = ", ".join(f"{number} of {kind}" for kind, number in Counter(kinds[inside].tolist()).most_common())
        raise InputError(
            f"{shown(settings.files)}: formats: no whole message of {settings.formats}; there are {found or 'none'}"
        )
    return bursts.select(inside, "cut off").select(wanted[inside], "of other formats")


def _table(number: int, capture: Capture, length: int, lead: int) -> tuple[np.ndarray, np.ndarray]:
    """Return recording, start, stop, address and format of each message, int64 [n, 5], and where it begins, float64.

    Messages are received at the rate at which they were recorded; positions are those at the rate of the data set.
    """
    resampled = capture.samples if isinstance(capture.samples, Resampled) else None
    samples, scale = (resampled.samples, resampled.up / resampled.down) if resampled else (capture.samples, 1.0)
    try:
        frames = received(samples, capture.recorded_rate_hz or 0.0, f"receiving {capture.path.name}")
    except InputError as error:
        raise InputError(f"{capture.name}: {error}") from error
    position = frames.start * scale
    start = np.round(position).astype(np.int64) - lead
    stop = np.minimum(start + length, capture.samples.count)
    columns = (np.full_like(start, number), start, stop, frames.address, frames.downlink_format)
    return np.stack(columns, axis=1), position
