"""Random carrier phase."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ltsei.augmentations._shared import check_probability, chosen
from ltsei.components import Context
from ltsei.errors import InputError


def build(context: Context, *, p: float = 0.5) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return a rotation of each chosen I/Q signal by one phase, uniform in [0, 2π).

    Label-safe: the phase at the receiver is that of the path and the local oscillator, not of the emitter.

    Args:
        context: not used.
        p: probability for each signal, [0, 1].

    Raises:
        InputError: a signal has other than two channels (when it is called).
    """
    check_probability(p)

    def rotate(signals: Tensor, generator: torch.Generator) -> Tensor:
        if signals.shape[-1] != 2:
            raise InputError(f"signals: phase rotation needs the channels I and Q, got {signals.shape[-1]} channels")
        turns = torch.rand(len(signals), device=signals.device, generator=generator)
        phase = (2 * math.pi * turns * chosen(signals, p, generator)).view(-1, *[1] * (signals.ndim - 2))
        cos, sin = phase.cos().to(signals.dtype), phase.sin().to(signals.dtype)
        i, q = signals.unbind(-1)
        return torch.stack([i * cos - q * sin, i * sin + q * cos], -1)

    return rotate
