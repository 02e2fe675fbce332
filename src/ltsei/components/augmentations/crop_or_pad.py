"""Random part of a signal, at a random place."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ltsei.components.augmentations._shared import check_probability, chosen
from ltsei.core.context import Context
from ltsei.core.errors import InputError


def build(context: Context, *, p: float = 0.5, keep: float = 0.9) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return a random part of each chosen signal along its first axis, put at a random place among zeros.

    The length stays. This is for training only: for evaluation `length` keeps the leading samples.
    Label-safe as long as the part holds enough of the transmission; what only its start shows, such as the
    switch-on, is lost in some draws.

    Args:
        context: not used.
        p: probability for each signal, [0, 1].
        keep: share of the samples that is kept, (0, 1]; 1 is the identity.
    """
    check_probability(p)
    if not 0 < keep <= 1:
        raise InputError(f"keep: out of range, got {keep}, allowed: (0, 1]")

    def crop(signals: Tensor, generator: torch.Generator) -> Tensor:
        count, length, device = signals.shape[0], signals.shape[1], signals.device
        kept = math.ceil(keep * length)
        start, place = torch.randint(length - kept + 1, (2, count, 1), device=device, generator=generator)
        time = torch.arange(length, device=device)
        changed = chosen(signals, p, generator)[:, None]
        source = torch.where(changed, time - place + start, time)
        inside = ~changed | ((time >= place) & (time < place + kept))
        moved = signals[torch.arange(count, device=device)[:, None], source.clamp(0, length - 1)]
        return torch.where(inside.view(count, length, *[1] * (signals.ndim - 2)), moved, 0.0)

    return crop
