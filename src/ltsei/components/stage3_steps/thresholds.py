"""Decision thresholds: each class's probability is divided by a threshold of its own."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Gt, Le, MaxLen, MinLen

from ltsei.components.stage3_steps._shared import Outputs, Row, Step, Swept, TrainingSet, shifted
from ltsei.core.annotations import Criterion
from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.core.search import Search
from ltsei.numerics.validation_scores import SCORES, cost

SWEEPS = "tau"
CORRECTS_PRIOR = True
PER_CLASS = ["thresholds"]
FACTORS = np.log(2.0) * np.arange(-4, 5) / 2
"""Logarithms of the factors that the search tries for a threshold: 1/4 to 4."""


class Thresholds(Swept):
    """Division of the probability of class c by θ_c π_c^τ, where π is the prior."""

    def __init__(
        self,
        thresholds: np.ndarray,
        prior: np.ndarray,
        tau: float | None,
        rounds: int,
        grid: list[float],
        select_by: Criterion,
    ) -> None:
        super().__init__(self._divided, tau, grid, select_by)
        self.log_thresholds, self.log_prior, self.rounds = np.log(thresholds), np.log(prior), rounds

    def fit(self, outputs: Outputs, labels: np.ndarray, training: TrainingSet | None = None) -> list[Row]:
        """Choose tau as `Swept` does, then the thresholds, one class after the other."""
        if self.rounds > 0 and len(labels) == 0:
            raise InputError(f"rounds: got {self.rounds}, but there is no validation data to search on; write 0")
        rows = super().fit(outputs, labels, training)
        for _ in range(self.rounds):
            for label in np.unique(labels):
                self._choose(label, self.apply(outputs).logits, labels)
        return rows

    def chosen(self) -> dict[str, Any]:
        """Return tau and the thresholds."""
        return super().chosen() | {"thresholds": np.exp(self.log_thresholds).tolist(), "rounds": 0}

    def _choose(self, label: int, logits: np.ndarray, labels: np.ndarray) -> None:
        """Multiply the threshold of one class by the best factor; of equally good ones by that closest to 1."""
        costs = []
        for factor in sorted(FACTORS, key=abs):
            moved = logits - factor * (np.arange(logits.shape[1]) == label)
            costs.append((cost(SCORES[self.select_by](moved, labels), self.select_by), factor))
        self.log_thresholds[label] += min(costs, key=lambda each: each[0])[1]

    def _divided(self, outputs: Outputs, tau: float) -> Outputs:
        return shifted(outputs, self.log_thresholds + tau * self.log_prior)


def build(
    context: Context,
    *,
    thresholds: list[Annotated[float, Gt(0)]] | None = None,
    tau: Annotated[float, Ge(0), Search(0, 2)] | None = 1.0,
    rounds: Annotated[int, Ge(0), Le(100)] = 0,
    grid: Annotated[list[Annotated[float, Ge(0)]], MinLen(3), MaxLen(3)] = [0.0, 2.0, 0.1],  # noqa: B006 (never changed)
    select_by: Criterion = "val_balanced_loss",
) -> Step:
    """Return the step p_c / (θ_c π_c^τ), normalised again (threshold moving: Collell et al., Neurocomputing 2018).

    With θ = 1 it is `logit_adjustment` on the scale of probabilities. `rounds` above 0 searches the thresholds of all
    classes with validation signals, each in turn with the others fixed; with few validation signals that overfits.

    Args:
        context: gives the class counts.
        thresholds: θ, one for each class, in the order of the labels; a factor common to all changes nothing. null: 1.
        tau: power of the prior; 0 leaves the thresholds as given; null: chosen on validation data.
        rounds: passes of the search through the classes; in each, a threshold changes by a factor of 1/4 to 4.
        grid: start, stop and step of the values of tau tried, stop included.
        select_by: validation score by which `tau` and the thresholds are chosen: the lowest cross-entropy
            (``val_loss``) or cross-entropy under a uniform prior (``val_balanced_loss``), or the highest of the others.
    """
    values = _checked(thresholds, context.num_classes)
    return Thresholds(values, context.class_counts / context.class_counts.sum(), tau, rounds, grid, select_by)


def _checked(thresholds: Sequence[float] | None, num_classes: int) -> np.ndarray:
    """Return the thresholds as float64 [C]; InputError where their number is wrong."""
    if thresholds is not None and len(thresholds) != num_classes:
        raise InputError(f"thresholds: got {len(thresholds)} values, expected one for each of {num_classes} classes")
    return np.array(thresholds or np.ones(num_classes), dtype=np.float64)
