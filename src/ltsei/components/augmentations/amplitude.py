"""Random gain and offset."""

from collections.abc import Callable

import torch
from torch import Tensor

from ltsei.components.augmentations._shared import check_probability, chosen, per_signal, root_mean_square, uniform
from ltsei.core.context import Context
from ltsei.core.errors import InputError


def build(
    context: Context, *, p: float = 0.5, max_gain_db: float = 3.0, max_offset: float = 0.0
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return each chosen signal times a gain, uniform in ±max_gain_db, with an offset added to each channel.

    The gain is label-safe: loudness at the receiver is that of the distance and the gain control. An offset is
    label-unsafe: it covers the carrier leakage by which I/Q modulators differ.

    Args:
        context: not used.
        p: probability for each signal, [0, 1].
        max_gain_db: largest gain or attenuation in dB, [0, 60].
        max_offset: largest offset in units of the signal's root mean square, another for each channel, >= 0.
    """
    check_probability(p)
    if not 0 <= max_gain_db <= 60:
        raise InputError(f"max_gain_db: out of range, got {max_gain_db}, allowed: [0, 60]")
    if not 0 <= max_offset < float("inf"):
        raise InputError(f"max_offset: out of range, got {max_offset}, allowed: >= 0")

    def change(signals: Tensor, generator: torch.Generator) -> Tensor:
        gain = per_signal(10 ** (uniform(signals, -max_gain_db, max_gain_db, generator) / 20), signals)
        shape = (len(signals), *[1] * (signals.ndim - 2), signals.shape[-1])
        offset = max_offset * (2 * torch.rand(shape, device=signals.device, generator=generator) - 1)
        changed = gain * (signals + offset * root_mean_square(signals))
        return torch.where(per_signal(chosen(signals, p, generator), signals), changed, signals)

    return change
