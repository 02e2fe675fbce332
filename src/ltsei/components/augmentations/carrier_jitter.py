"""Small random shift of the carrier frequency."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ltsei.components.augmentations._shared import check_probability, chosen, rotated, uniform
from ltsei.core.context import Context
from ltsei.core.errors import InputError


def build(
    context: Context, *, p: float = 0.5, max_shift_hz: float = 5000.0
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return a rotation of each chosen I/Q signal at one frequency, uniform in [-max_shift_hz, max_shift_hz).

    Label-safe up to about 20 kHz at 1090 MHz, which is what an oscillator drifts between messages. Label-unsafe beyond:
    emitters differ by some 100 kHz, so a larger shift makes one look like another.

    Args:
        context: gives the sample rate.
        p: probability for each signal, [0, 1].
        max_shift_hz: largest shift, >= 0 and below half the sample rate.

    Raises:
        InputError: the sample rate is unknown, or a signal has other than two channels (when it is called).
    """
    check_probability(p)
    rate = context.sample_rate_hz
    if rate is None:
        raise InputError("sample_rate_hz: unknown for this data set, and a shift in Hz needs it; set it in its source")
    if not 0 <= max_shift_hz < rate / 2:
        raise InputError(f"max_shift_hz: out of range, got {max_shift_hz}, allowed: >= 0 and below {rate / 2:g}")

    def shift(signals: Tensor, generator: torch.Generator) -> Tensor:
        shifts_hz = uniform(signals, -max_shift_hz, max_shift_hz, generator) * chosen(signals, p, generator)
        seconds = torch.arange(signals.shape[1], device=signals.device) / rate
        phase = 2 * math.pi * shifts_hz[:, None] * seconds
        return rotated(signals, phase.view(*phase.shape, *[1] * (signals.ndim - 3)))

    return shift
