"""Classes are drawn by a power of their size."""

from typing import Annotated

from annotated_types import Ge, Le

from ltsei.components.samplers._shared import Sampler, power_draws
from ltsei.core.context import Context
from ltsei.core.search import Search

CORRECTS_PRIOR = True


def build(context: Context, *, exponent: Annotated[float, Ge(-4), Le(4), Search(-0.25, 1)]) -> Sampler:
    """Return draws proportional to n_c^exponent (q in Kang et al., ICLR 2020, eq. 1).

    Args:
        context: gives the class counts.
        exponent: 1 is instance-balanced, 0 class-balanced; below 0 rare classes are drawn most often (-1 is the
            reversed sampler of Zhou et al., CVPR 2020).
    """
    draws = power_draws(context, exponent)
    return Sampler(lambda progress: draws)
