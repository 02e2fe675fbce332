"""What augmentations share: random numbers per signal, the root mean square, rotation of I/Q, and `Guided`."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ltsei.core.errors import InputError


@dataclass(frozen=True)
class Guided:
    """An augmentation that knows what the network looks at.

    Attributes:
        change: (signals, generator, class activation [B, L]) -> signals of the same shape; the activation is large at
            samples that speak for the signal's own class.
    """

    change: Callable[[Tensor, torch.Generator, Tensor], Tensor]


def chosen(signals: Tensor, p: float, generator: torch.Generator) -> Tensor:
    """Return which signals change, bool [B]."""
    return torch.rand(len(signals), device=signals.device, generator=generator) < p


def per_signal(values: Tensor, signals: Tensor) -> Tensor:
    """Return values [B] as a tensor that broadcasts to the signals."""
    return values.view(-1, *[1] * (signals.ndim - 1))


def uniform(signals: Tensor, low: float, high: float, generator: torch.Generator) -> Tensor:
    """Return one random number per signal, uniform in [low, high), [B]."""
    return low + (high - low) * torch.rand(len(signals), device=signals.device, generator=generator)


def root_mean_square(signals: Tensor) -> Tensor:
    """Return the root of each signal's mean square over samples and channels, [B, 1, ..., 1]."""
    return signals.square().mean(tuple(range(1, signals.ndim)), keepdim=True).sqrt()


def rotated(signals: Tensor, phase: Tensor) -> Tensor:
    """Return I/Q signals [B, *shape, 2] rotated by a phase in radians that broadcasts to [B, *shape]."""
    if signals.shape[-1] != 2:
        raise InputError(f"signals: a rotation needs the channels I and Q, got {signals.shape[-1]} channels")
    cos, sin = phase.cos().to(signals.dtype), phase.sin().to(signals.dtype)
    i, q = signals.unbind(-1)
    return torch.stack([i * cos - q * sin, i * sin + q * cos], -1)
