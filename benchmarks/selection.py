"""What choosing on few signals costs: regret in test balanced accuracy by criterion, in percentage points.

    snakemake --configfile config/quick.yaml config/selection.yaml --cores all
    python benchmarks/selection.py results/selection/adsb_small results/selection/adsb_small_balanced

Candidates are τ of post-hoc logit adjustment and of τ-norm on the network of `ce`, from 0 to 2, and the methods of a
cell, the last stage of each. They are chosen on validation signals, and τ once more on training signals. Regret is the
test balanced accuracy of the best candidate minus that of the chosen one: choosing on the test set has none. Standard
errors are between seeds; ratios of a seed share signals, so `mean` averages over them first.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from selection_cells import KINDS, Candidates, grid

from ltsei.numerics.temperature import best_temperature
from ltsei.numerics.validation_scores import SCORES, balanced_loss, cost, signal_weights

Cost = Callable[[np.ndarray, np.ndarray], float]
"""Of logits [N, C] and labels [N]; lower is better."""
REFERENCE, NEW = "val_balanced_accuracy", "val_balanced_loss"


def by_score(logits: np.ndarray, labels: np.ndarray, criterion: str) -> float:
    return cost(SCORES[criterion](logits, labels), criterion)


def at_best_temperature(logits: np.ndarray, labels: np.ndarray, shrinkage: float) -> float:
    """Return the balanced loss at the temperature that makes it least, which does not depend on the logits' scale."""
    temperature = best_temperature(logits, labels, signal_weights(labels, shrinkage))
    return balanced_loss(logits / temperature, labels, shrinkage)


def tie_breaking(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return minus the balanced accuracy, plus far less than any difference of it for the balanced loss."""
    return by_score(logits, labels, REFERENCE) + 1e-9 * balanced_loss(logits, labels)


CRITERIA: Mapping[str, Cost] = {
    **{name: partial(by_score, criterion=name) for name in SCORES if name != NEW},
    f"{REFERENCE}, ties by {NEW}": tie_breaking,
    **{f"{NEW}, k = {k:g}": partial(balanced_loss, shrinkage=k) for k in (0, 0.3, 1, 3, 10)},
    **{f"{NEW} at its best temperature, k = {k:g}": partial(at_best_temperature, shrinkage=k) for k in (0, 1, 10)},
}


def chosen(candidates: Candidates, by: Cost) -> int:
    """Return the position of the best candidate, the first of equally good ones."""
    return int(np.argmin([by(logits, candidates.labels) for logits in candidates.logits]))


def means(values: np.ndarray) -> Iterator[str]:
    """Yield mean and standard error over seeds of each ratio, then of the mean over ratios; values [ratios, seeds]."""
    for row in (*values, values.mean(axis=0)):
        yield f"{row.mean():.2f} ± {row.std(ddof=1) / np.sqrt(len(row)):.2f}"


def parameter(cells: np.ndarray, positions: np.ndarray) -> str:
    """Return mean and standard deviation of the chosen values; nothing where candidates have none."""
    values = np.array([each.value(position) for each, position in zip(cells.flat, positions.flat, strict=True)])
    return "" if np.isnan(values).any() else f"{values.mean():.2f} (sd {values.std(ddof=1):.2f})"


def rows(cells: np.ndarray) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table: name, regrets, mean difference from balanced accuracy's, chosen value.

    Args:
        cells: candidates, [ratios, seeds].
    """
    regret = np.vectorize(Candidates.regret, otypes=[float])
    positions = {name: np.vectorize(chosen, otypes=[int])(cells, by) for name, by in CRITERIA.items()}
    reference = regret(cells, positions[REFERENCE])
    yield "no choice", *means(np.vectorize(Candidates.regret_without_choice)(cells)), "", ""
    for name, chosen_here in positions.items():
        regrets = regret(cells, chosen_here)
        difference = "" if name == REFERENCE else list(means(regrets - reference))[-1]
        yield name, *means(regrets), difference, parameter(cells, chosen_here)
    best = np.vectorize(Candidates.best, otypes=[int])(cells)
    yield "test set", *means(regret(cells, best)), "", parameter(cells, best)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="+", help="folder of a data set in the results")
    for folder in parser.parse_args().results:
        for kind, part in KINDS:
            ratios, seeds, cells = grid(folder, kind, part)
            sys.stdout.write(f"\n{folder}: {kind}, chosen on {part}, {len(seeds)} seeds\n\n")
            heads = ("criterion", *(f"ratio {ratio}" for ratio in ratios), "mean", f"minus {REFERENCE}", "value")
            sys.stdout.write(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n")
            sys.stdout.writelines(f"| {' | '.join(row)} |\n" for row in rows(cells))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
