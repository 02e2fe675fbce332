"""Classes are drawn by the root of their size."""

from collections.abc import Callable

import numpy as np

from ltsei.components import Context
from ltsei.samplers._shared import power_draws

CORRECTS_PRIOR = True


def build(context: Context) -> Callable[[float], np.ndarray]:
    """Return draws proportional to √n_c (q = 1/2 in Kang et al., ICLR 2020, eq. 1)."""
    draws = power_draws(context, 0.5)
    return lambda progress: draws
