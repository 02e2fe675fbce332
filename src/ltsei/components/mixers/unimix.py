"""Mixup whose shares favour rare classes."""

from typing import Annotated, Literal

import torch
from annotated_types import Ge

from ltsei.components.mixers._shared import Mixed, Mixer, Pair, beta_draws, blend_of, counts_of
from ltsei.core.context import Context
from ltsei.core.search import Search

CORRECTS_PRIOR = True


def build(
    context: Context,
    *,
    alpha: Annotated[float, Ge(0.01), Search(0.3, 1, "log")] = 0.8,
    level: Literal["signals", "features"] = "signals",
    rescale: bool = False,
) -> Mixer:
    """Return λ x_a + (1 - λ) x_b, the labels in the same shares, λ likely near n_b / (n_a + n_b) (Xu et al. 2021).

    λ = u + n_b / (n_a + n_b), minus 1 where that exceeds 1, with u ~ Beta(alpha, alpha) drawn for each signal, as in
    the official code of UniMix (Xu et al., NeurIPS 2021). Below alpha = 1, u is mostly near 0 or 1, so that the rarer
    class of a pair has the larger share; at alpha = 1, λ is uniform, as in mixup.
    The code draws x_b again from the batch of x_a, with a probability ∝ n_b^τ for each signal (τ = -0.5 for
    CIFAR-10-LT, -0.1 for CIFAR-100-LT, both at ratio 100), so that classes are drawn ∝ n^(1 + τ):
    `partner_sampler: square_root` for τ = -0.5.
    As label-safe as `mixup`, of signals or features.
    Deviation: x_b comes from the whole training part instead of the same batch.

    Args:
        context: gives the class counts.
        alpha: of the Beta distribution; the official code has 0.8.
        level: whether signals or features are mixed.
        rescale: as in `mixup`.
    """
    counts, blend = counts_of(context), blend_of(level, rescale)

    def mix(pair: Pair) -> Mixed:
        first, second = map(counts, pair.labels)
        shifted = beta_draws(alpha, len(first), pair) + second / (first + second)
        share = torch.where(shifted > 1, shifted - 1, shifted)
        return Mixed(blend(pair, share), share)

    return Mixer(level, mix)
