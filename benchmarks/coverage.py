"""How often intervals of 95 % contain the true mean: bootstrap (BCa) and Student's t, by number of pairs.

    python benchmarks/coverage.py [--trials 2000]

Differences are drawn from a normal distribution around 0, the best case for both; the report shows Student's t below
`statistics.BOOTSTRAP_FROM` pairs and the bootstrap from there on.
"""

import argparse
import sys

import numpy as np
from scipy import stats

from ltsei.evaluation.statistics import CONFIDENCE


def coverage(pairs: int, trials: int) -> tuple[float, float]:
    """Return the fractions of trials whose bootstrap interval and whose t interval contain 0."""
    values = np.random.default_rng(pairs).normal(size=(pairs, trials))
    interval = stats.bootstrap(
        (values,), np.mean, axis=0, n_resamples=1999, batch=50, rng=np.random.default_rng(0)
    ).confidence_interval
    half_width = stats.t.ppf((1 + CONFIDENCE) / 2, pairs - 1) * values.std(axis=0, ddof=1) / np.sqrt(pairs)
    return float(np.mean((interval.low <= 0) & (interval.high >= 0))), float(
        np.mean(np.abs(values.mean(axis=0)) <= half_width)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=2000)
    trials = parser.parse_args().trials
    sys.stdout.write("| pairs | bootstrap (BCa) | Student's t |\n|---|---|---|\n")
    for pairs in (3, 5, 10, 20):
        bootstrap, student = coverage(pairs, trials)
        sys.stdout.write(f"| {pairs} | {bootstrap:.3f} | {student:.3f} |\n")


if __name__ == "__main__":
    main()
