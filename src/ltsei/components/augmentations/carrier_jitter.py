"""Small random shift of the carrier frequency."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from ltsei.components.augmentations._shared import chosen, rotated, uniform
from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.core.search import Search


def build(
    context: Context,
    *,
    p: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 0.5,
    max_shift_hz: Annotated[float, Ge(0)] = 5000.0,
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return each changed I/Q signal shifted by one frequency, uniform in [-max_shift_hz, max_shift_hz).

    Label-safe up to about 20 kHz at 1090 MHz, the drift of an oscillator between messages. Label-unsafe beyond:
    emitters differ by some 100 kHz, so a larger shift makes one look like another.

    Args:
        context: gives the sample rate.
        p: probability for each signal.
        max_shift_hz: largest shift in Hz, below half the sample rate.

    Raises:
        InputError: the sample rate is unknown or too low; when called, signals that do not have two channels.
    """
    rate = context.sample_rate_hz
    if rate is None:
        raise InputError("sample_rate_hz: unknown for this data set, and a shift in Hz needs it; set it in its source")
    if max_shift_hz >= rate / 2:
        raise InputError(f"max_shift_hz: got {max_shift_hz}, expected less than half the sample rate, {rate / 2:g}")

    def shift(signals: Tensor, generator: torch.Generator) -> Tensor:
        shifts_hz = uniform(signals, -max_shift_hz, max_shift_hz, generator) * chosen(signals, p, generator)
        seconds = torch.arange(signals.shape[1], device=signals.device) / rate
        phase = 2 * math.pi * shifts_hz[:, None] * seconds
        return rotated(signals, phase.view(*phase.shape, *[1] * (signals.ndim - 3)))

    return shift
