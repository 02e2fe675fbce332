"""What the signals of a data set are like, as far as components ask."""

from dataclasses import dataclass

CHANNELS = 2
SAMPLE_RATE_HZ = 50e6


@dataclass(frozen=True)
class SignalKind:
    """The kind of signals that a recipe is tried out on; by default I/Q signals.

    Attributes:
        channels: their number.
        sample_rate_hz: None where it is unknown.
        size: of images, (height, width); empty for signals with one axis, whose length the recipe gives.
    """

    channels: int = CHANNELS
    sample_rate_hz: float | None = SAMPLE_RATE_HZ
    size: tuple[int, ...] = ()
