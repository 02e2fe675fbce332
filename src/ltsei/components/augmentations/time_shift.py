"""Random shift in time."""

from collections.abc import Callable
from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from ltsei.components.augmentations._shared import chosen
from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.core.search import Search


def build(
    context: Context, *, p: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 0.5, max_shift: Annotated[int, Ge(0)] = 50
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return each changed signal shifted along its first axis and filled up with zeros.

    Label-safe for shifts that keep the transmission inside the window: its arrival time depends on the trigger, not on
    the emitter. Samples do not wrap around, which would put the end of the frame before its start.

    Args:
        context: not used.
        p: probability for each signal.
        max_shift: largest shift in samples, in either direction, below the length of the signals.

    Raises:
        InputError: when called, signals that are not longer than `max_shift`.
    """

    def shift(signals: Tensor, generator: torch.Generator) -> Tensor:
        count, length, device = signals.shape[0], signals.shape[1], signals.device
        if max_shift >= length:
            raise InputError(f"max_shift: got {max_shift}, expected less than the {length} samples of the signals")
        shifts = torch.randint(-max_shift, max_shift + 1, (count, 1), device=device, generator=generator)
        source = torch.arange(length, device=device) - shifts * chosen(signals, p, generator)[:, None]
        moved = signals[torch.arange(count, device=device)[:, None], source.clamp(0, length - 1)]
        inside = (source >= 0) & (source < length)
        return torch.where(inside.view(count, length, *[1] * (signals.ndim - 2)), moved, 0.0)

    return shift
