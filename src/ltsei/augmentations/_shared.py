"""What augmentations share: which signals of a batch change."""

import torch
from torch import Tensor

from ltsei.errors import InputError


def check_probability(p: float) -> None:
    """Raise InputError unless `p` is a probability."""
    if not 0 <= p <= 1:
        raise InputError(f"p: out of range, got {p}, allowed: [0, 1]")


def chosen(signals: Tensor, p: float, generator: torch.Generator) -> Tensor:
    """Return for each signal whether it changes, bool [B]."""
    return torch.rand(len(signals), device=signals.device, generator=generator) < p
