"""Signals are drawn by the effective number of their class."""

from typing import Annotated

from annotated_types import Ge, Le

from ltsei.components.samplers._shared import Sampler
from ltsei.core.context import Context
from ltsei.core.search import Search
from ltsei.numerics.long_tail import effective_number

CORRECTS_PRIOR = True


def build(context: Context, *, beta: Annotated[float, Ge(0), Le(1), Search(0.9, 0.9999)] = 0.9999) -> Sampler:
    """Return draws proportional to n_c / E_c in an epoch of N signals: each signal has the weight 1/E_c.

    The baseline that Cao et al. (NeurIPS 2019) call re-sampling; E_c is that of Cui et al. (CVPR 2019).

    Args:
        context: gives the class counts.
        beta: 0 is instance-balanced, 1 class-balanced.
    """
    counts = context.class_counts
    mass = counts / effective_number(counts, beta)
    draws = counts.sum() * (mass / mass.sum())
    return Sampler(lambda progress: draws)
