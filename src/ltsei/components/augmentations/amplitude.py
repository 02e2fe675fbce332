"""Random gain and offset."""

from collections.abc import Callable
from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from ltsei.components.augmentations._shared import chosen, per_signal, root_mean_square, uniform
from ltsei.core.context import Context
from ltsei.core.search import Search


def build(
    context: Context,
    *,
    p: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 0.5,
    max_gain_db: Annotated[float, Ge(0), Le(60)] = 3.0,
    max_offset: Annotated[float, Ge(0)] = 0.0,
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return each changed signal times a gain, uniform in ±max_gain_db, with an offset added to each channel.

    The gain is label-safe: the level at the receiver depends on distance and gain control. An offset is label-unsafe:
    it hides the carrier leakage by which I/Q modulators differ.

    Args:
        context: not used.
        p: probability for each signal.
        max_gain_db: largest gain or attenuation in dB.
        max_offset: largest offset in units of the signal's root mean square, drawn for each channel.
    """

    def change(signals: Tensor, generator: torch.Generator) -> Tensor:
        gain = per_signal(10 ** (uniform(signals, -max_gain_db, max_gain_db, generator) / 20), signals)
        shape = (len(signals), *[1] * (signals.ndim - 2), signals.shape[-1])
        offset = max_offset * (2 * torch.rand(shape, device=signals.device, generator=generator) - 1)
        changed = gain * (signals + offset * root_mean_square(signals))
        return torch.where(per_signal(chosen(signals, p, generator), signals), changed, signals)

    return change
