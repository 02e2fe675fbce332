"""Random shift in time."""

from collections.abc import Callable

import torch
from torch import Tensor

from ltsei.components.augmentations._shared import check_probability, chosen
from ltsei.core.context import Context
from ltsei.core.errors import InputError


def build(context: Context, *, p: float = 0.5, max_shift: int = 50) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return a shift of each chosen signal along its first axis, filled up with zeros.

    Label-safe for shifts that keep the transmission inside the window: its arrival is that of the trigger, not of the
    emitter. Samples do not wrap round, which would put the frame's end before its start.

    Args:
        context: not used.
        p: probability for each signal, [0, 1].
        max_shift: largest shift in samples, both ways equally likely, >= 0 and below the signal's length.

    Raises:
        InputError: a signal is not longer than `max_shift` (when it is called).
    """
    check_probability(p)
    if max_shift < 0:
        raise InputError(f"max_shift: out of range, got {max_shift}, allowed: >= 0")

    def shift(signals: Tensor, generator: torch.Generator) -> Tensor:
        count, length, device = signals.shape[0], signals.shape[1], signals.device
        if max_shift >= length:
            raise InputError(f"max_shift: got {max_shift}, allowed: below the signal's length of {length} samples")
        shifts = torch.randint(-max_shift, max_shift + 1, (count, 1), device=device, generator=generator)
        source = torch.arange(length, device=device) - shifts * chosen(signals, p, generator)[:, None]
        moved = signals[torch.arange(count, device=device)[:, None], source.clamp(0, length - 1)]
        inside = (source >= 0) & (source < length)
        return torch.where(inside.view(count, length, *[1] * (signals.ndim - 2)), moved, 0.0)

    return shift
