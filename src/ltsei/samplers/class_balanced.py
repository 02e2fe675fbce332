"""Each class is drawn equally often."""

from collections.abc import Callable

import numpy as np

from ltsei.components import Context
from ltsei.samplers._shared import power_draws

CORRECTS_PRIOR = True


def build(context: Context) -> Callable[[float], np.ndarray]:
    """Return draws N/C for each class (q = 0 in Kang et al., ICLR 2020, eq. 1)."""
    draws = power_draws(context, 0.0)
    return lambda progress: draws
