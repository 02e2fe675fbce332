"""The best score that some of the trials of a search are expected to have."""

from collections.abc import Sequence

import numpy as np


def expected_best(scores: Sequence[float]) -> list[float]:
    """Return the expected maximum of n of these scores, drawn without replacement, for n = 1 to their number.

    Dodge et al. (EMNLP 2019, eq. 4 and 5) take the expectation of the maximum from its distribution, with replacement:
    P(max ≤ v_i) = (i / N)ⁿ for the i-th smallest of N scores. Without replacement it is C(i, n) / C(N, n), which is
    free of bias (Tang et al., ACL 2020) and for n = N the score that was found.
    """
    ordered = np.sort(np.asarray(scores, dtype=np.float64))[::-1]
    total, best = len(ordered), []
    for n in range(1, total + 1):
        below = np.arange(total - 1, n - 1, -1)  # scores below the first, the second, ...
        weights = np.concatenate([[n / total], n / total * np.cumprod((below - n + 1) / below)])
        best.append(float(weights @ ordered[: len(weights)]))
    return best
