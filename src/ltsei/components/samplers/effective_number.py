"""Signals are drawn by the effective number of their class."""

from ltsei.components.samplers._shared import Sampler
from ltsei.core.context import Context
from ltsei.numerics.long_tail import effective_number

CORRECTS_PRIOR = True


def build(context: Context, *, beta: float = 0.9999) -> Sampler:
    """Return draws proportional to n_c / E_c, an epoch of N signals: each signal has the weight 1/E_c.

    The baseline called re-sampling by Cao et al. (NeurIPS 2019), E_c of Cui et al. (CVPR 2019).

    Args:
        context: gives the class counts.
        beta: [0, 1]; 0 is instance-balanced, 1 class-balanced.
    """
    counts = context.class_counts
    mass = counts / effective_number(counts, beta)
    draws = counts.sum() * (mass / mass.sum())
    return Sampler(lambda progress: draws)
