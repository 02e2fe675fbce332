"""Tests and intervals of a mean over conditions that could be used, for many trials at once.

Every candidate gets differences [trials, ratios, seeds] and returns for each trial whether it rejects a mean of 0, and
whether its 95 % interval contains 0.
"""

import itertools
from collections.abc import Callable

import numpy as np
from scipy import stats

ALPHA = 0.05
RESAMPLES = 1999
TEST_TO_TRAINING = 0.25
"""Test signals per training signal in the correction of Nadeau and Bengio, that of five-fold cross-validation."""
Verdicts = tuple[np.ndarray, np.ndarray]
Candidate = Callable[[np.ndarray], Verdicts]


def pooled_signed_rank(values: np.ndarray) -> Verdicts:
    """Signed-rank test of all pairs; their BCa interval, Student's t below ten."""
    pairs = values.reshape(len(values), -1)
    rejects = stats.wilcoxon(pairs, axis=1, method="exact").pvalue < ALPHA
    return rejects, _bca(pairs) if pairs.shape[1] >= 10 else ~_student(pairs)


def seed_sign_flip(values: np.ndarray) -> Verdicts:
    """Sign-flip permutation test of the seeds' means over ratios, and the interval of the means it does not reject."""
    means = values.mean(axis=1)
    signs = np.array(list(itertools.product((-1, 1), repeat=means.shape[1])))
    flipped = np.abs(means @ signs.T)
    rejects = (flipped >= np.abs(means.sum(axis=1, keepdims=True)) - 1e-12).mean(axis=1) < ALPHA
    return rejects, ~rejects


def seed_signed_rank(values: np.ndarray) -> Verdicts:
    """Signed-rank test of the seeds' means over ratios, and the interval of the means it does not reject."""
    rejects = stats.wilcoxon(values.mean(axis=1), axis=1, method="exact").pvalue < ALPHA
    return rejects, ~rejects


def seed_student(values: np.ndarray) -> Verdicts:
    """Student's t of the seeds' means over ratios."""
    rejects = _student(values.mean(axis=1))
    return rejects, ~rejects


def corrected_student(values: np.ndarray) -> Verdicts:
    """Student's t of the seeds' means, corrected for overlapping training parts (Nadeau and Bengio 2003)."""
    means = values.mean(axis=1)
    rejects = _student(means, np.sqrt(1 + means.shape[1] * TEST_TO_TRAINING))
    return rejects, ~rejects


def random_intercept(values: np.ndarray) -> Verdicts:
    """Mixed model with a random intercept per seed by its analysis of variance: none where its estimate is negative."""
    trials, ratios, seeds = values.shape
    means = values.mean(axis=1)
    between = ratios * means.var(axis=1, ddof=1)
    gaps = values - values.mean(axis=2, keepdims=True) - means[:, None] + means.mean(axis=1)[:, None, None]
    squares, df = (gaps**2).sum(axis=(1, 2)), (ratios - 1) * (seeds - 1)
    without = (between * (seeds - 1) + squares) / (seeds - 1 + df)
    has_none = (between < squares / df) if df else np.zeros(trials, dtype=bool)
    variance = np.where(has_none, without, between) / (ratios * seeds)
    degrees = np.where(has_none, seeds - 1 + df, seeds - 1)
    rejects = np.abs(means.mean(axis=1)) > stats.t.ppf(1 - ALPHA / 2, degrees) * np.sqrt(variance)
    return rejects, ~rejects


def stratified_bootstrap(values: np.ndarray) -> Verdicts:
    """Percentile bootstrap that draws seeds anew within every condition (Agarwal et al. 2021)."""
    drawn = [_draws(values.shape[2], stream) for stream in range(values.shape[1])]
    covers = _percentiles(np.mean([values[:, r] @ drawn[r] for r in range(values.shape[1])], axis=0))
    return ~covers, covers


def seed_bootstrap(values: np.ndarray) -> Verdicts:
    """Percentile bootstrap that draws whole seeds."""
    covers = _percentiles(values.mean(axis=1) @ _draws(values.shape[2], 0))
    return ~covers, covers


CANDIDATES: dict[str, Candidate] = {
    "pairs: signed-rank, BCa": pooled_signed_rank,
    "stratified bootstrap": stratified_bootstrap,
    "seeds: bootstrap": seed_bootstrap,
    "seeds: signed-rank": seed_signed_rank,
    "seeds: sign flips": seed_sign_flip,
    "random intercept": random_intercept,
    "corrected resampled t": corrected_student,
    "seeds: Student's t": seed_student,
}


def _student(values: np.ndarray, widen: float = 1.0) -> np.ndarray:
    """Return whether Student's t rejects a mean of 0; the standard error is multiplied by `widen`."""
    n = values.shape[1]
    error = widen * values.std(axis=1, ddof=1) / np.sqrt(n)
    rejects: np.ndarray = np.abs(values.mean(axis=1)) > stats.t.ppf(1 - ALPHA / 2, n - 1) * error
    return rejects


def _draws(n: int, stream: int) -> np.ndarray:
    """Return the weights of n values in resampled means, [n, resamples]."""
    return np.random.default_rng((stream, n)).multinomial(n, np.full(n, 1 / n), size=RESAMPLES).T / n


def _percentiles(means: np.ndarray) -> np.ndarray:
    low, high = np.quantile(means, [ALPHA / 2, 1 - ALPHA / 2], axis=1)
    covers: np.ndarray = (low <= 0) & (high >= 0)
    return covers


def _bca(values: np.ndarray) -> np.ndarray:
    """Return whether the bias-corrected accelerated interval of the mean contains 0 (Efron 1987)."""
    n, mean = values.shape[1], values.mean(axis=1, keepdims=True)
    means = np.sort(values @ _draws(n, 0), axis=1)
    bias = stats.norm.ppf(((means < mean).mean(axis=1) + (means <= mean).mean(axis=1)) / 2)
    gaps = (values - mean) / (n - 1)
    acceleration = (gaps**3).sum(axis=1) / (6 * (gaps**2).sum(axis=1) ** 1.5)
    below = (means < 0).mean(axis=1)
    ends = []
    for tail in (ALPHA / 2, 1 - ALPHA / 2):
        z = bias + stats.norm.ppf(tail)
        ends.append(stats.norm.cdf(bias + z / (1 - acceleration * z)))
    covers: np.ndarray = (ends[0] <= below) & (below <= ends[1])
    return covers
