"""How often tests of a difference reject where there is none, and how often 95 % intervals contain the true mean.

    snakemake --configfile config/quick.yaml config/dependence.yaml --cores all
    python benchmarks/coverage.py --results results/dependence/adsb_small [--trials 4000] [--noise heavy]

Differences are simulated with the variance components of real runs, by default with those of the first command. The
true mean is that over the ratios, on the test part that all seeds share; `new test signals` counts the test signals
as chance, too. The last table is of `ltsei.evaluation.statistics.compare` itself.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from candidates import ALPHA, CANDIDATES, Candidate, seed_student
from dependence import Components, components, pooled

from ltsei.evaluation.power import RUN_SD, SEED_SD
from ltsei.evaluation.seed_blocks import Run
from ltsei.evaluation.statistics import compare

ESTIMATED = Components(seed=SEED_SD, rest=RUN_SD, ratio=0.0215, test=0.0039)
"""Of the runs of `config/dependence.yaml`, root mean squares over methods."""
STRONG = Components(seed=0.04, rest=0.03, ratio=0.04, test=0.0039)
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


def simulated(parts: Components, ratios: int, seeds: int, trials: int, noise: Noise, stream: int = 0) -> np.ndarray:
    """Return differences without a true mean, [trials, ratios, seeds]."""
    rng = np.random.default_rng((ratios, seeds, stream))
    by_ratio = rng.normal(size=(trials, ratios, 1))
    by_ratio -= by_ratio.mean(axis=1, keepdims=True)
    by_seed, rest = noise(rng, (trials, 1, seeds)), noise(rng, (trials, ratios, seeds))
    return parts.ratio * by_ratio + parts.seed * by_seed + parts.rest * rest


def row(candidate: Candidate, values: np.ndarray) -> str:
    """Return rejections without a difference, coverage and power of a candidate, in percent."""
    rejects, covers = candidate(values)
    power, _ = candidate(values + EFFECT)
    return f"{100 * rejects.mean():.1f} / {100 * covers.mean():.1f} / {100 * power.mean():.0f}"


def write_table(title: str, parts: Components, trials: int, noise: Noise) -> None:
    """Write a table with a row per design and a column per candidate."""
    sys.stdout.write(f"\n{title}: rejections / coverage / power at {100 * EFFECT:g} points, %\n\n")
    heads = ("seeds", "ratios", *CANDIDATES, "the last, new test signals")
    sys.stdout.write(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n")
    for seeds in (3, 5, 10):
        for ratios in (1, 2, 4):
            values = simulated(parts, ratios, seeds, trials, noise)
            columns = [row(candidate, values) for candidate in CANDIDATES.values()]
            test = parts.test * np.random.default_rng(seeds).normal(size=(trials, 1, 1))
            columns.append(row(seed_student, values + test))
            sys.stdout.write(f"| {seeds} | {ratios} | {' | '.join(columns)} |\n")
            sys.stdout.flush()


def implemented(parts: Components, datasets: int, missing: float, seeds: int, trials: int, noise: Noise) -> str:
    """Return the rejections of true nulls by `compare` in percent, and of how many trials it tests; four ratios each.

    The second data set varies half as much as the first; `missing` is the fraction of cells without a result.
    """
    values = [simulated(parts, 4, seeds, trials, noise, stream) / (1 + stream) for stream in range(datasets)]
    scores = np.concatenate([each.transpose(1, 2, 0).reshape(-1, trials) for each in values])
    scores[np.random.default_rng(seeds).random(scores.shape) < missing] = np.nan
    runs = [
        Run((f"d{dataset}", str(ratio)), seed)
        for dataset in range(datasets)
        for ratio in range(4)
        for seed in range(seeds)
    ]
    p = [each.p for each in compare(scores, np.zeros(len(scores)), runs) if each.p is not None]
    return f"{100 * np.mean(np.array(p) < ALPHA):.1f} of {len(p)}" if p else "–"


def write_implemented(parts: Components, trials: int, noise: Noise) -> None:
    """Write a table of the comparison as it is implemented."""
    sys.stdout.write("\n`compare`, estimated components, four ratios: rejections, %, of tests\n\n")
    sys.stdout.write("| seeds | one data set | two data sets | a tenth of the cells missing |\n|---|---|---|---|\n")
    for seeds in (3, 5, 10):
        designs = [(1, 0.0), (2, 0.0), (1, 0.1)]
        columns = [implemented(parts, *design, seeds, trials, noise) for design in designs]
        sys.stdout.write(f"| {seeds} | {' | '.join(columns)} |\n")
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
    write_implemented(estimated, arguments.trials, noise)


if __name__ == "__main__":
    main()
