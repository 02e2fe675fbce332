"""Random carrier phase."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ltsei.components.augmentations._shared import check_probability, chosen, rotated
from ltsei.core.context import Context


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
        turns = torch.rand(len(signals), device=signals.device, generator=generator)
        phase = 2 * math.pi * turns * chosen(signals, p, generator)
        return rotated(signals, phase.view(-1, *[1] * (signals.ndim - 2)))

    return rotate
