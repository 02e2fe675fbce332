"""Wilcoxon's signed-rank test, exact with ties and zeros: the distribution is conditional on the observed ranks."""

import functools

import numpy as np

DECIMALS = 10
"""Decimals to which differences are compared: floating-point noise neither makes nor breaks a tie."""
EXACT_UP_TO = 200
"""Pairs up to which the test is exact; above, the normal approximation corrected for ties."""


def p_value(differences: np.ndarray) -> float:
    """Return the two-sided p of at least one difference, all of them defined; 1 where all are zero.

    Zeros follow Pratt (1959): they are ranked with the other differences, and only then dropped (Wilcoxon drops them
    before ranking). Ties share the mean of their ranks. Under the null hypothesis every difference that is not zero is
    as likely negative as positive, so the 2^n sign patterns of the observed ranks are equally likely.
    """
    from scipy import stats

    values = np.round(differences, DECIMALS)
    if not values.any():
        return 1.0
    if len(values) > EXACT_UP_TO:
        return float(stats.wilcoxon(values, zero_method="pratt", method="asymptotic").pvalue)
    doubled = np.rint(2 * stats.rankdata(np.abs(values))).astype(int)  # whole numbers, also for ties
    below = _cumulative(tuple(sorted(doubled[values != 0].tolist())))
    positive, negative = (int(doubled[side].sum()) for side in (values > 0, values < 0))
    return min(1.0, 2 * float(below[min(positive, negative)]))


def smallest_p(pairs: int) -> float:
    """Return the smallest p that a two-sided signed-rank test of n pairs can reach, 2 / 2^n."""
    return min(1.0, 2.0 ** (1 - pairs))


@functools.lru_cache(maxsize=64)
def _cumulative(doubled_ranks: tuple[int, ...]) -> np.ndarray:
    """Return the probability that the ranks of the positive differences sum to at most 0, 1, 2, ..."""
    probabilities = np.zeros(sum(doubled_ranks) + 1)
    probabilities[0] = 1.0
    for rank in doubled_ranks:
        probabilities[rank:] += probabilities[:-rank]
        probabilities /= 2
    return np.cumsum(probabilities)
