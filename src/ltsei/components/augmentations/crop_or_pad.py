"""Random part of a signal, at a random position."""

import math
from collections.abc import Callable
from typing import Annotated

import torch
from annotated_types import Ge, Gt, Le
from torch import Tensor

from ltsei.components.augmentations._shared import chosen
from ltsei.core.context import Context
from ltsei.core.search import Search


def build(
    context: Context,
    *,
    p: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 0.5,
    keep: Annotated[float, Gt(0), Le(1)] = 0.9,
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return a random part of each changed signal along its first axis, at a random position among zeros.

    The length stays the same.
    Label-safe as long as the part holds enough of the transmission; what only its start shows, such as the switch-on
    transient, is lost in some draws.

    Args:
        context: not used.
        p: probability for each signal.
        keep: fraction of the samples that is kept; 1 is the identity.
    """

    def crop(signals: Tensor, generator: torch.Generator) -> Tensor:
        count, length, device = signals.shape[0], signals.shape[1], signals.device
        part = math.ceil(keep * length)
        start, position = torch.randint(length - part + 1, (2, count, 1), device=device, generator=generator)
        time = torch.arange(length, device=device)
        changed = chosen(signals, p, generator)[:, None]
        source = torch.where(changed, time - position + start, time)
        inside = ~changed | ((time >= position) & (time < position + part))
        moved = signals[torch.arange(count, device=device)[:, None], source.clamp(0, length - 1)]
        return torch.where(inside.view(count, length, *[1] * (signals.ndim - 2)), moved, 0.0)

    return crop
