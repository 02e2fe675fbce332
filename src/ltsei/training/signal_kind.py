"""The kind of signals that a recipe is tried out on before there are any."""

from dataclasses import dataclass

CHANNELS = 2
SAMPLE_RATE_HZ = 50e6
LENGTH = 4800
"""Samples per signal where the recipe takes the length of the data."""


@dataclass(frozen=True)
class SignalKind:
    """What components ask of the signals of a data set; by default I/Q signals.

    Attributes:
        channels: their number.
        sample_rate_hz: None where it is unknown.
        size: of images, (height, width); empty for signals with one axis, whose length the recipe gives.
    """

    channels: int = CHANNELS
    sample_rate_hz: float | None = SAMPLE_RATE_HZ
    size: tuple[int, ...] = ()
