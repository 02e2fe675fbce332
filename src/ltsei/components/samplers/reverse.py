"""Rare classes are drawn most often."""

from ltsei.components.samplers._shared import Sampler, power_draws
from ltsei.core.context import Context

CORRECTS_PRIOR = True


def build(context: Context) -> Sampler:
    """Return draws proportional to 1/n_c, the inverted imbalance (Zhou et al., CVPR 2020).

    Drawing signals, not classes, with probabilities proportional to 1/n_c is `class_balanced`.
    """
    draws = power_draws(context, -1.0)
    return Sampler(lambda progress: draws)
