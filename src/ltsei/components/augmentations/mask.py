"""Masked samples."""

from collections.abc import Callable
from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from ltsei.components.augmentations._shared import chosen
from ltsei.core.context import Context
from ltsei.core.search import Search


def build(
    context: Context,
    *,
    p: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 0.5,
    share: Annotated[float, Ge(0), Le(1), Search(0.05, 0.5)] = 0.15,
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return each changed signal with one stretch of samples set to zero, in time as SpecAugment does in frequency.

    The stretch lies anywhere inside the window (Park et al., Interspeech 2019, time masking).
    Label-safe as long as the rest of the signal still tells emitters apart; a fingerprint that lies in the turn-on
    transient alone is lost when the mask covers it.

    Args:
        context: not used.
        p: probability for each signal.
        share: length of the stretch, as a share of the window.
    """

    def hide(signals: Tensor, generator: torch.Generator) -> Tensor:
        count, length = signals.shape[:2]
        width = round(share * length)
        device = signals.device
        starts = torch.randint(0, length - width + 1, (count, 1), device=device, generator=generator)
        time = torch.arange(length, device=device)
        hidden = (time >= starts) & (time < starts + width) & chosen(signals, p, generator)[:, None]
        return signals.masked_fill(hidden.view(count, length, *[1] * (signals.ndim - 2)), 0.0)

    return hide
