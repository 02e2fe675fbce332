"""How often tests of a difference reject where there is none, and how often 95 % intervals contain the true mean.

    snakemake --configfile config/quick.yaml config/dependence.yaml --cores all
    python benchmarks/coverage.py --results results/dependence/adsb_small [--trials 4000] [--noise heavy]

Differences are simulated with the variance components of real runs, by default with those of the first command. The
true mean is that over the ratios, on the test part that all seeds share.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from candidates import CANDIDATES, Candidate
from dependence import Components, components, pooled

ESTIMATED = Components(seed=0.0, rest=0.0, ratio=0.0, test=0.0)
"""Of the runs of `config/dependence.yaml`, root mean squares over methods."""
STRONG = Components(seed=0.04, rest=0.03, ratio=0.04, test=0.0)
"""Seeds that share 64 % of their variance over ratios."""
EFFECT = 0.03
"""True difference for which power is stated."""
Noise = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]
NOISE: Mapping[str, Noise] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "heavy": lambda rng, shape: rng.standard_t(3, size=shape) / np.sqrt(3),
    "skewed": lambda rng, shape: (rng.gamma(4.0, size=shape) - 4) / 2,
}
"""With mean 0 and variance 1; tails as of Student's t with 3 degrees of freedom, skewness 1."""


def simulated(parts: Components, ratios: int, seeds: int, trials: int, noise: Noise) -> np.ndarray:
    """Return differences without a true mean, [trials, ratios, seeds]."""
    rng = np.random.default_rng((ratios, seeds))
    by_ratio = rng.normal(size=(trials, ratios, 1))
    by_ratio -= by_ratio.mean(axis=1, keepdims=True)
    by_seed, rest = noise(rng, (trials, 1, seeds)), noise(rng, (trials, ratios, seeds))
    return parts.ratio * by_ratio + parts.seed * by_seed + parts.rest * rest


def row(candidate: Candidate, values: np.ndarray) -> str:
    """Return rejections without a difference, coverage and power of a candidate, in percent."""
    rejects, covers = candidate(values)
    power, _ = candidate(values + EFFECT)
    return " / ".join(f"{100 * each.mean():.0f}" for each in (rejects, covers, power))


def write_table(title: str, parts: Components, trials: int, noise: Noise) -> None:
    """Write a table with a row per design and a column per candidate."""
    sys.stdout.write(f"\n{title}: rejections / coverage / power at {100 * EFFECT:g} points, %\n\n")
    sys.stdout.write(f"| seeds | ratios | {' | '.join(CANDIDATES)} |\n|{'---|' * (2 + len(CANDIDATES))}\n")
    for seeds in (3, 5, 10):
        for ratios in (1, 2, 4):
            values = simulated(parts, ratios, seeds, trials, noise)
            columns = " | ".join(row(candidate, values) for candidate in CANDIDATES.values())
            sys.stdout.write(f"| {seeds} | {ratios} | {columns} |\n")
            sys.stdout.flush()


def write_components(by_method: Mapping[str, Components]) -> Components:
    """Write the components of each method in points, and return those of all."""
    sys.stdout.write(
        "| method | seed | ratio × seed | ratio | test part | shared by ratios |\n|---|---|---|---|---|---|\n"
    )
    for method, each in {**by_method, "all": pooled(by_method)}.items():
        points = " | ".join(f"{100 * sd:.2f}" for sd in (each.seed, each.rest, each.ratio, each.test))
        sys.stdout.write(f"| {method} | {points} | {100 * each.shared:.0f} % |\n")
    return pooled(by_method)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, help="folder of a data set in the results")
    parser.add_argument("--trials", type=int, default=4000)
    parser.add_argument("--noise", choices=NOISE, default="normal")
    arguments = parser.parse_args()
    estimated = write_components(components(arguments.results)) if arguments.results else ESTIMATED
    noise = NOISE[arguments.noise]
    write_table("Estimated components", estimated, arguments.trials, noise)
    write_table("Seeds share 64 %", STRONG, arguments.trials, noise)


if __name__ == "__main__":
    main()
