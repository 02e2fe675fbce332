"""Long-tailed class counts, and the effective number of signals."""

import numpy as np

from ltsei.core.errors import InputError


def long_tail_counts(n_max: int, imbalance_ratio: float, num_classes: int) -> np.ndarray:
    """Return the exponential profile int(n_max · ir^(−i/(C−1))) by rank i, most frequent first, int64 [C].

    Truncated, as in Cui et al. 2019 and Cao et al. 2019; a tail count may be 0.
    """
    if imbalance_ratio < 1:
        raise InputError(f"imbalance_ratio: got {imbalance_ratio}, expected max n / min n, at least 1")
    if num_classes < 2:
        raise InputError(f"num_classes: got {num_classes}, a profile needs at least 2")
    counts = [int(n_max * imbalance_ratio ** (-rank / (num_classes - 1))) for rank in range(num_classes)]
    return np.array(counts, dtype=np.int64)


def effective_number(class_counts: np.ndarray, beta: float) -> np.ndarray:
    """Return E_c = (1 - β^n_c)/(1 - β), float64 [C] (Cui et al., CVPR 2019); 1 at β = 0, its limit n_c at β = 1."""
    if not 0 <= beta <= 1:
        raise InputError(f"beta: out of range, got {beta}, allowed: [0, 1]")
    counts = class_counts.astype(np.float64)
    if beta == 0:
        return np.ones_like(counts)
    return counts if beta == 1 else np.asarray(np.expm1(counts * np.log(beta)) / (beta - 1))
