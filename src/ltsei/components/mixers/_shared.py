"""What a mixer is, and the draws that mixers share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor


class Pair(NamedTuple):
    """What a mixer is given: two batches of equal size.

    Attributes:
        first: signals [B, *shape, channels], or features [B, D].
        second: the same of the other batch.
        labels: int64 [B], of each batch.
        progress: of the training, in [0, 1].
        generator: of random numbers, on the device.
    """

    first: Tensor
    second: Tensor
    labels: tuple[Tensor, Tensor]
    progress: float
    generator: torch.Generator


class Mixed(NamedTuple):
    """Mixed signals or features, and the share of the first label [B], in [0, 1]."""

    values: Tensor
    share: Tensor


@dataclass(frozen=True)
class Mixer:
    """How two batches are mixed.

    Attributes:
        level: ``signals``: before the backbone; ``features``: after it.
        mix: Pair -> Mixed.
    """

    level: Literal["signals", "features"]
    mix: Callable[[Pair], Mixed]


def blend(pair: Pair, share: Tensor) -> Tensor:
    """Return share · first + (1 - share) · second, for shares [B]."""
    share = per_signal(share, pair.first)
    return share * pair.first + (1 - share) * pair.second


def beta_share(alpha: float, pair: Pair) -> Tensor:
    """Return one draw from Beta(alpha, alpha) for the whole batch, repeated [B]."""
    shapes = torch.full((2,), alpha, dtype=torch.float64, device=pair.first.device)
    drawn = torch._standard_gamma(shapes, generator=pair.generator)  # torch's Beta takes no generator
    drawn = drawn.clamp_min(torch.finfo(drawn.dtype).tiny)
    return (drawn[:1] / drawn.sum()).float().expand(len(pair.first))


def per_signal(values: Tensor, signals: Tensor) -> Tensor:
    """Return values [B] as a tensor that broadcasts to the signals."""
    return values.view(-1, *[1] * (signals.ndim - 1))
