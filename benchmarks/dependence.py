"""How strongly the differences between methods depend on seed and ratio: variance components of real runs."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from ltsei.core import files

METRIC = "balanced_accuracy"
CONTROL = "ce"
Outcomes = Mapping[tuple[str, int, str], Path]
"""(ratio, seed, method) -> folder of the cell."""


@dataclass(frozen=True)
class Components:
    """Standard deviations of the differences from the control in balanced accuracy, as fractions.

    Attributes:
        seed: between seeds, shared by all ratios of a seed.
        rest: of one run: ratio by seed.
        ratio: between ratios, an effect of method and ratio that more seeds do not average out.
        test: of the mean over seeds and ratios, between test parts of this size.
    """

    seed: float
    rest: float
    ratio: float
    test: float

    @property
    def shared(self) -> float:
        """The fraction of the variance under one condition that all ratios of a seed share."""
        return self.seed**2 / (self.seed**2 + self.rest**2)


def outcomes(dataset: Path) -> Outcomes:
    """Return the finished cells below the folder of a data set, without the seeds that lack one."""
    records = {path.parent: files.read_json(path) for path in dataset.glob("ir*/seed*/*/metrics.json")}
    cells = {(str(each["ir"]), int(each["seed"]), str(each["method"])): folder for folder, each in records.items()}
    ratios, seeds, methods = (sorted({key[part] for key in cells}) for part in range(3))
    complete = [seed for seed in seeds if all((ratio, seed, method) in cells for ratio in ratios for method in methods)]
    return {key: folder for key, folder in cells.items() if key[1] in complete}


def components(dataset: Path) -> dict[str, Components]:
    """Return method -> its components, by a two-way analysis of variance of its differences from the control."""
    cells = outcomes(dataset)
    ratios, seeds, methods = (sorted({key[part] for key in cells}) for part in range(3))
    labels = np.load(dataset / "signals" / "labels_test.npy")

    def table(method: str) -> np.ndarray:
        scores = [[files.read_json(cells[r, s, method] / "metrics.json")[METRIC] for s in seeds] for r in ratios]
        return np.array(scores)

    def correct(method: str) -> np.ndarray:
        hits = [_predictions(cells[ratio, seed, method]) == labels for ratio in ratios for seed in seeds]
        return np.mean(hits, axis=0)

    return {
        method: _components(table(method) - table(CONTROL), correct(method) - correct(CONTROL), labels)
        for method in methods
        if method != CONTROL
    }


def pooled(by_method: Mapping[str, Components]) -> Components:
    """Return the root mean squares over methods."""
    rows = [asdict(each) for each in by_method.values()]
    return Components(**{name: math.sqrt(np.mean([row[name] ** 2 for row in rows])) for name in rows[0]})


def _components(differences: np.ndarray, signals: np.ndarray, labels: np.ndarray) -> Components:
    """Return the components of differences [ratios, seeds], and of each test signal's mean difference [N]."""
    ratios, seeds = differences.shape
    by_ratio, by_seed = differences.mean(axis=1, keepdims=True), differences.mean(axis=0, keepdims=True)
    residuals = differences - by_ratio - by_seed + differences.mean()
    rest = (residuals**2).sum() / ((ratios - 1) * (seeds - 1))
    seed = by_seed.var(ddof=1) - rest / ratios
    ratio = by_ratio.var(ddof=1) - rest / seeds
    classes = [signals[labels == label] for label in np.unique(labels)]
    test = sum(each.var(ddof=1) / len(each) for each in classes) / len(classes) ** 2
    return Components(*(math.sqrt(max(0.0, variance)) for variance in (seed, rest, ratio, test)))


def _predictions(cell: Path) -> np.ndarray:
    """Return the predicted class of each test signal, by the last stage of a cell."""
    predicted: np.ndarray = np.load(max(cell.glob("stage*/logits_test.npy"))).argmax(axis=1)
    return predicted
