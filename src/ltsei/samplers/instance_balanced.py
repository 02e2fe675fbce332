"""Each signal is drawn once in an epoch."""

from collections.abc import Callable

import numpy as np

from ltsei.components import Context
from ltsei.samplers._shared import power_draws


def build(context: Context) -> Callable[[float], np.ndarray]:
    """Return draws n_c: each signal is as likely as any other (q = 1 in Kang et al., ICLR 2020, eq. 1)."""
    draws = power_draws(context, 1.0)
    return lambda progress: draws
