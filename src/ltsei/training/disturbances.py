"""Disturbances of raw test signals: noise, carrier offset, multipath, error of the sample clock."""

import functools
import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from ltsei.components.augmentations import gaussian_noise
from ltsei.components.augmentations._shared import rotated
from ltsei.config.condition_levels import Conditions
from ltsei.core.context import Context

Disturb = Callable[[Tensor, torch.Generator], Tensor]
"""Signals [B, L, channels] and a source of randomness -> disturbed signals of the same shape."""
REACH = 16
"""Samples to either side from which a value between two samples is interpolated."""


def disturbance(name: str, level: float, conditions: Conditions, context: Context) -> Disturb:
    """Return the disturbance of a condition at a level.

    Args:
        name: key of `config.condition_levels.NEUTRAL`.
        level: in the unit of the condition, not the neutral one.
        conditions: with the number of taps.
        context: with the sample rate of the signals.
    """
    if name == "snr_db":
        return gaussian_noise.build(context, p=1.0, min_snr_db=level, max_snr_db=level)
    if name == "multipath_decay_samples":
        return lambda signals, generator: multipath(signals, level, conditions.multipath_taps, generator)
    if name == "sample_rate_error_ppm":
        return lambda signals, generator: resampled(signals, level)
    cycles = level / (context.sample_rate_hz or math.nan) if name == "carrier_offset_hz" else level
    return lambda signals, generator: shifted(signals, cycles)


def shifted(signals: Tensor, cycles: float) -> Tensor:
    """Return I/Q signals [B, L, 2] with their carrier shifted by `cycles` per sample; the first sample stays."""
    time = torch.arange(signals.shape[1], dtype=torch.float64, device=signals.device)
    return rotated(signals, 2 * math.pi * (cycles * time % 1.0))


def multipath(signals: Tensor, decay: float, taps: int, generator: torch.Generator) -> Tensor:
    """Return signals [B, L, channels] plus echoes, one sample apart, which fall silent at the start of the window.

    The direct path has gain 1. The echo after k samples has a random gain of mean power exp(-k / decay): circular
    complex Gaussian for two channels (I and Q), real Gaussian for one.

    Args:
        signals: of one or two channels.
        decay: in samples, above 0.
        taps: of the delay line, the direct path included.
        generator: draws the gains of each signal.
    """
    count, length, channels = signals.shape
    power = torch.exp(-torch.arange(1, taps, dtype=torch.float64) / decay)
    drawn = torch.randn((count, taps - 1, channels), generator=generator, dtype=torch.float64)
    gains = (drawn * (power / channels).sqrt()[:, None]).to(signals)
    delayed = functional.pad(signals, (0, 0, taps - 1, 0)).unfold(1, length, 1).flip(1)[:, 1:]  # [B, taps-1, ch, L]
    if channels == 1:
        return signals + (gains[..., None] * delayed).sum(1).movedim(1, -1)
    (a, b), (i, q) = gains[..., None].unbind(2), delayed.unbind(2)
    return signals + torch.stack([(a * i - b * q).sum(1), (a * q + b * i).sum(1)], -1)


def resampled(signals: Tensor, ppm: float) -> Tensor:
    """Return signals [B, L, channels] at the times n · (1 + ppm/10⁶), in samples; zeros outside the window.

    Values between samples are interpolated by a sinc under a Hann window, good up to 0.9 of half the sample rate.
    """
    source, weights = _interpolation(signals.shape[1], ppm)
    rows = signals[:, source.to(signals.device)]  # [B, L, 2 · REACH, channels]
    return (rows * weights.to(signals)[..., None]).sum(2)


@functools.lru_cache(maxsize=2)
def _interpolation(length: int, ppm: float) -> tuple[Tensor, Tensor]:
    """Return from which samples each new one is made, and their weights, [L, 2 · REACH] each."""
    time = torch.arange(length, dtype=torch.float64) * (1 + ppm * 1e-6)
    offsets = torch.arange(1 - REACH, REACH + 1)
    source = time.floor().long()[:, None] + offsets
    distance = time[:, None] - source
    weights = torch.sinc(distance) * torch.cos(math.pi * distance / (2 * REACH)) ** 2
    return source.clamp(0, length - 1), torch.where((source >= 0) & (source < length), weights, 0.0)
