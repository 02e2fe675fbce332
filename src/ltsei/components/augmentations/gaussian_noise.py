"""White Gaussian noise."""

from collections.abc import Callable

import torch
from torch import Tensor

from ltsei.components.augmentations._shared import check_probability, chosen, per_signal, root_mean_square, uniform
from ltsei.core.context import Context
from ltsei.core.errors import InputError


def build(
    context: Context, *, p: float = 0.5, min_snr_db: float = 10.0, max_snr_db: float = 30.0
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return each chosen signal with white noise added, its signal-to-noise ratio uniform in dB between the two.

    Relative to the signal's root mean square over the whole window, silence included, the noise has the standard
    deviation 10^(-SNR/20); noise that is in the signal already counts as signal.
    Label-safe as long as what tells emitters apart stays above the noise.

    Args:
        context: not used.
        p: probability for each signal, [0, 1].
        min_snr_db: loudest noise, [-60, 120].
        max_snr_db: faintest noise, at least `min_snr_db`; equal: the same for every signal.
    """
    check_probability(p)
    if not -60 <= min_snr_db <= max_snr_db <= 120:
        raise InputError(
            f"min_snr_db, max_snr_db: got {min_snr_db}, {max_snr_db}, allowed: -60 <= min_snr_db <= max_snr_db <= 120"
        )

    def add(signals: Tensor, generator: torch.Generator) -> Tensor:
        relative = per_signal(10 ** (-uniform(signals, min_snr_db, max_snr_db, generator) / 20), signals)
        white = torch.randn(signals.shape, device=signals.device, dtype=signals.dtype, generator=generator)
        noisy = signals + relative * root_mean_square(signals) * white
        return torch.where(per_signal(chosen(signals, p, generator), signals), noisy, signals)

    return add
