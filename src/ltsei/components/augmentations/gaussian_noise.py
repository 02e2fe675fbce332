"""White Gaussian noise."""

from collections.abc import Callable
from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from ltsei.components.augmentations._shared import chosen, per_signal, root_mean_square, uniform
from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.core.search import Search


def build(
    context: Context,
    *,
    p: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 0.5,
    min_snr_db: Annotated[float, Ge(-60), Le(120)] = 10.0,
    max_snr_db: Annotated[float, Ge(-60), Le(120)] = 30.0,
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return each changed signal with white noise added, at a signal-to-noise ratio that is uniform in dB.

    Relative to the signal's root mean square over the whole window, silence included, the noise has the standard
    deviation 10^(-SNR/20); noise that is in the signal already counts as signal.
    Label-safe as long as the features that tell emitters apart stay above the noise.

    Args:
        context: not used.
        p: probability for each signal.
        min_snr_db: lowest ratio in dB, the loudest noise.
        max_snr_db: highest ratio in dB, at least `min_snr_db`; where they are equal, every signal has that ratio.
    """
    if min_snr_db > max_snr_db:
        raise InputError(f"min_snr_db: got {min_snr_db}, expected at most max_snr_db = {max_snr_db}")

    def add(signals: Tensor, generator: torch.Generator) -> Tensor:
        relative = per_signal(10 ** (-uniform(signals, min_snr_db, max_snr_db, generator) / 20), signals)
        white = torch.randn(signals.shape, device=signals.device, dtype=signals.dtype, generator=generator)
        noisy = signals + relative * root_mean_square(signals) * white
        return torch.where(per_signal(chosen(signals, p, generator), signals), noisy, signals)

    return add
