"""Candidates of finished cells: their logits on the signals that decide, their balanced accuracy on the test part."""

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ltsei.components.stage3_steps._shared import Outputs
from ltsei.core.context import Context, build_component, prior_context
from ltsei.data.split import Split, read_split
from ltsei.numerics.confusion import balanced_accuracy
from ltsei.runtime import checkpoint
from ltsei.training.model import restored_component

TAUS = np.round(np.arange(0, 2.05, 0.1), 12)
METHODS, STEPS = "methods", ("logit_adjustment", "tau_norm")
KINDS = [*((step, "val") for step in STEPS), (METHODS, "val"), *((step, "train") for step in STEPS)]
"""What is chosen, and the part on which."""


@dataclass(frozen=True)
class Candidates:
    """K candidates of one cell.

    Attributes:
        logits: of the signals that decide, K times [N, C].
        labels: of these signals, int64 [N].
        test: balanced accuracy on the test part, [K].
        values: of the parameter, [K]; None where candidates are methods.
    """

    logits: list[np.ndarray]
    labels: np.ndarray
    test: np.ndarray
    values: np.ndarray | None = None

    def best(self) -> int:
        """Return the position of the best candidate on the test part."""
        return int(self.test.argmax())

    def regret(self, position: int) -> float:
        """Return what a candidate lacks to the best one, in percentage points."""
        return float(100 * (self.test.max() - self.test[position]))

    def regret_without_choice(self) -> float:
        """Return the regret of the value 1, or the mean over methods."""
        if self.values is None:
            return float(100 * (self.test.max() - self.test.mean()))
        return self.regret(int(np.flatnonzero(self.values == 1)[0]))

    def value(self, position: int) -> float:
        """Return the parameter of a candidate, NaN where it has none."""
        return math.nan if self.values is None else float(self.values[position])


@dataclass(frozen=True)
class Cell:
    """The methods of one data set, imbalance ratio and seed, with cross-entropy (`ce`) among them."""

    folder: Path

    def labels(self, part: str) -> np.ndarray:
        """Return the labels of the part ``train``, ``val`` or ``test``."""
        signals = self.folder.parents[1] / "signals"
        if part == "test":
            return np.load(signals / "labels_test.npy")
        return np.load(signals / "labels_train.npy")[getattr(self._split, part)]

    def candidates(self, kind: str, part: str) -> Candidates:
        """Return the methods, or the values of a post-hoc step's parameter."""
        if kind == METHODS:
            logits = {each: self._method_logits(each) for each in (part, "test")}
        else:
            logits = {each: self._step_logits(kind, each) for each in (part, "test")}
        test, classes = self.labels("test"), self._context.num_classes
        ratings = [balanced_accuracy(test, each.argmax(axis=1), classes) for each in logits["test"]]
        return Candidates(logits[part], self.labels(part), np.array(ratings), None if kind == METHODS else TAUS)

    @cached_property
    def _split(self) -> Split:
        return read_split(self.folder / "split.npz")

    @cached_property
    def _context(self) -> Context:
        return prior_context(self._split.class_counts)

    def _step_logits(self, step: str, part: str) -> list[np.ndarray]:
        head = restored_component(checkpoint.load(self.folder / "ce" / "stage1" / "model.pt"), "head")
        weight, bias = (tensor.detach().double().numpy() for tensor in (head.weight, head.bias))
        features = np.load(self.folder / "ce" / "features" / f"{part}.npy").astype(np.float64)
        outputs = Outputs(features @ weight.T + bias, features, weight, bias)
        steps = [build_component("stage3_steps", {"name": step, "tau": float(tau)}, self._context) for tau in TAUS]
        return [each.apply(outputs).logits for each in steps]

    def _method_logits(self, part: str) -> list[np.ndarray]:
        """Return the logits of each method's last stage, in the order of their names."""
        paths = {path.parents[1]: path for path in sorted(self.folder.glob("*/stage*/logits.npz"))}
        return [np.load(path)[part].astype(np.float64) for path in paths.values()]


def grid(dataset: Path, kind: str, part: str) -> tuple[list[str], list[int], np.ndarray]:
    """Return imbalance ratios, seeds, and the candidates of each pair, [ratios, seeds]; without incomplete seeds."""
    folders = {path.parents[2] for path in dataset.glob("ir*/seed*/ce/features/train.npy")}
    ratios = sorted({folder.parent.name for folder in folders}, key=lambda name: (len(name), name))
    numbers = sorted({int(folder.name.removeprefix("seed")) for folder in folders})
    seeds = [seed for seed in numbers if all(dataset / ratio / f"seed{seed}" in folders for ratio in ratios)]
    cells = np.empty((len(ratios), len(seeds)), dtype=object)
    for row, ratio in enumerate(ratios):
        for column, seed in enumerate(seeds):
            cells[row, column] = Cell(dataset / ratio / f"seed{seed}").candidates(kind, part)
    return [ratio.removeprefix("ir") for ratio in ratios], seeds, cells
