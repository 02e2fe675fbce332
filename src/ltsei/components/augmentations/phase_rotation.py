"""Random carrier phase."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from ltsei.components.augmentations._shared import chosen, rotated
from ltsei.core.context import Context
from ltsei.core.search import Search


def build(
    context: Context, *, p: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 0.5
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return each changed I/Q signal rotated by one phase, uniform in [0, 2π).

    Label-safe: the phase at the receiver depends on the path and the local oscillator, not on the emitter.

    Args:
        context: not used.
        p: probability for each signal.

    Raises:
        InputError: when called, signals that do not have two channels.
    """

    def rotate(signals: Tensor, generator: torch.Generator) -> Tensor:
        turns = torch.rand(len(signals), device=signals.device, generator=generator)
        phase = 2 * math.pi * turns * chosen(signals, p, generator)
        return rotated(signals, phase.view(-1, *[1] * (signals.ndim - 2)))

    return rotate
