"""Classes are drawn by a power of their size."""

from collections.abc import Callable

import numpy as np

from ltsei.components import Context
from ltsei.samplers._shared import power_draws

CORRECTS_PRIOR = True


def build(context: Context, *, exponent: float) -> Callable[[float], np.ndarray]:
    """Return draws proportional to n_c^exponent (q in Kang et al., ICLR 2020, eq. 1).

    Args:
        context: gives the class counts.
        exponent: [-4, 4]; 1 instance-balanced, 0 class-balanced, below 0 rare classes most often (-1 is the reversed
            sampler of Zhou et al., CVPR 2020).
    """
    draws = power_draws(context, exponent)
    return lambda progress: draws
