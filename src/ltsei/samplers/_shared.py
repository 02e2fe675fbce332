"""What samplers share: draws by a power of the class counts."""

import numpy as np

from ltsei.components import Context
from ltsei.errors import InputError


def power_draws(context: Context, exponent: float) -> np.ndarray:
    """Return N n_c^exponent / Σ n^exponent, the draws per class in an epoch of N signals, float64 [C].

    The exponent 1 gives n_c exactly. `exponent` is q in Kang et al., ICLR 2020, eq. 1, in [-4, 4].
    """
    counts = context.class_counts.astype(np.float64)
    if not -4 <= exponent <= 4:
        raise InputError(f"exponent: out of range, got {exponent}, allowed: [-4, 4]")
    powers = counts**exponent
    return np.asarray(counts.sum() * powers / powers.sum())
