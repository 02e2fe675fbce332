"""What a mixer is, and the draws that mixers share."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from ltsei.core.context import Context
from ltsei.core.errors import InputError

Level = Literal["signals", "features"]


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

    level: Level
    mix: Callable[[Pair], Mixed]


def blend(pair: Pair, share: Tensor) -> Tensor:
    """Return share · first + (1 - share) · second, for shares [B]."""
    share = per_signal(share, pair.first)
    return share * pair.first + (1 - share) * pair.second


def rescaled_blend(pair: Pair, share: Tensor) -> Tensor:
    """Return `blend`, each signal scaled to the root mean square share · rms(first) + (1 - share) · rms(second).

    Signals of two emitters are uncorrelated, so that their sum is weaker than either, by 3 dB at even shares.
    """
    mixed = blend(pair, share)
    first, second, now = (_root_mean_square(signals) for signals in (pair.first, pair.second, mixed))
    target = share * first + (1 - share) * second
    return mixed * per_signal(torch.where(now > 0, target / now, 1.0), mixed)


def blend_of(level: Level, rescale: bool) -> Callable[[Pair, Tensor], Tensor]:
    """Return `rescaled_blend` or `blend`; InputError where features would be rescaled, which have no amplitude."""
    if rescale and level == "features":
        raise InputError("rescale: got true with level = features, which have no amplitude; expected false")
    return rescaled_blend if rescale else blend


def beta_draws(alpha: float, count: int, pair: Pair) -> Tensor:
    """Return draws from Beta(alpha, alpha), [count]."""
    shapes = torch.full((2, count), alpha, dtype=torch.float64, device=pair.first.device)
    drawn = torch._standard_gamma(shapes, generator=pair.generator)  # torch's Beta takes no generator
    drawn = drawn.clamp_min(torch.finfo(drawn.dtype).tiny)
    return (drawn[0] / drawn.sum(0)).float()


def beta_share(alpha: float, pair: Pair) -> Tensor:
    """Return one draw from Beta(alpha, alpha) for the whole batch, repeated [B]."""
    return beta_draws(alpha, 1, pair).expand(len(pair.first))


def counts_of(context: Context) -> Callable[[Tensor], Tensor]:
    """Return the function labels [B] -> training signals of their classes, float32 [B]."""
    counts = torch.as_tensor(context.class_counts, dtype=torch.float32)
    on = functools.cache(counts.to)  # copied to a device once
    return lambda labels: on(labels.device)[labels]


def per_signal(values: Tensor, signals: Tensor) -> Tensor:
    """Return values [B] as a tensor that broadcasts to the signals."""
    return values.view(-1, *[1] * (signals.ndim - 1))


def _root_mean_square(signals: Tensor) -> Tensor:
    """Return the root of each signal's mean square, [B]."""
    return signals.flatten(1).square().mean(1).sqrt()
