"""What stage-3 steps receive and return, and the step with one swept parameter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from ltsei.core.annotations import Criterion
from ltsei.core.errors import InputError
from ltsei.numerics.validation_scores import SCORES, cost

Row = dict[str, Any]
"""A value of the sweep: ``parameter``, ``value``, ``balanced_accuracy`` in [0, 1] or None, and ``chosen``."""


@dataclass(frozen=True)
class Outputs:
    """What a classifier returns for N signals, and its linear head where it has one.

    With a linear head, logits = features · weightᵀ + bias + offset.

    Attributes:
        logits: float64 [N, C].
        features: float64 [N, D], or None where no step uses them.
        weight: float64 [C, D] of a linear head, or None.
        bias: float64 [C] of a linear head, or None.
        offset: float64 [C], what steps have added to the logits of each class, or None; apart from the trained bias,
            so that a step that replaces the classifier leaves the adjustment for the prior as it is.
        bias_columns: columns of the features that are gate probabilities, so that the weights on them are biases.
    """

    logits: np.ndarray
    features: np.ndarray | None = None
    weight: np.ndarray | None = None
    bias: np.ndarray | None = None
    offset: np.ndarray | None = None
    bias_columns: tuple[int, ...] = ()


@dataclass(frozen=True)
class TrainingSet:
    """The training signals as the frozen backbone sees them: features float64 [N, D] and labels int64 [N]."""

    features: np.ndarray
    labels: np.ndarray


class Step(Protocol):
    """One post-hoc step."""

    def fit(self, outputs: Outputs, labels: np.ndarray, training: TrainingSet | None = None) -> list[Row]:
        """Choose free parameters on validation data; return one row for each value tried.

        Args:
            outputs: of the validation signals.
            labels: of the validation signals, int64 [N]; empty without validation data.
            training: the training features, where the step `USES` them.
        """

    def chosen(self) -> dict[str, Any]:
        """Return the parameters that `fit` has chosen: with these in its specification, a step chooses nothing."""

    def apply(self, outputs: Outputs) -> Outputs:
        """Return the changed outputs."""


class Swept:
    """A step with the one parameter tau, fixed or chosen on validation data."""

    def __init__(
        self,
        transform: Callable[[Outputs, float], Outputs],
        tau: float | None,
        grid: list[float],
        select_by: Criterion,
    ) -> None:
        self.transform, self.tau, self.select_by = transform, tau, select_by
        self.candidates = _values(grid) if tau is None else np.array([tau])

    def fit(self, outputs: Outputs, labels: np.ndarray, training: TrainingSet | None = None) -> list[Row]:
        """Choose tau by `select_by`, the smallest of equally good values; a fixed tau is only rated."""
        if len(labels) == 0:
            return [unrated("tau", self.tau)]
        tried = (self.transform(outputs, tau).logits for tau in self.candidates)
        names: tuple[Criterion, ...] = (self.select_by, "val_balanced_accuracy")
        scored = [[SCORES[name](logits, labels) for name in names] for logits in tried]
        best = int(np.argmin([cost(score, self.select_by) for score, _ in scored]))
        self.tau = float(self.candidates[best])
        return [
            {"parameter": "tau", "value": float(tau), "balanced_accuracy": rating, "chosen": index == best}
            for index, (tau, (_, rating)) in enumerate(zip(self.candidates, scored, strict=True))
        ]

    def chosen(self) -> dict[str, Any]:
        """Return tau."""
        return {"tau": fitted(self.tau)}

    def apply(self, outputs: Outputs) -> Outputs:
        """Return the changed outputs."""
        return self.transform(outputs, fitted(self.tau))


def shifted(outputs: Outputs, amounts: np.ndarray) -> Outputs:
    """Return the outputs with `amounts` [C] subtracted from the logits, noted in their offset."""
    before = np.zeros_like(amounts) if outputs.offset is None else outputs.offset
    return replace(outputs, logits=outputs.logits - amounts, offset=before - amounts)


def unrated(parameter: str, value: float | None) -> Row:
    """Return the row of a fixed value without validation data; InputError where the value was to be chosen."""
    if value is None:
        raise InputError(f"{parameter}: null is chosen on validation data, and there is none; give a number")
    return {"parameter": parameter, "value": value, "balanced_accuracy": None, "chosen": True}


def fitted(value: float | None) -> float:
    """Return a parameter that `fit` has chosen."""
    if value is None:
        raise RuntimeError("fit chooses the parameter and comes before apply")
    return value


def _values(grid: list[float]) -> np.ndarray:
    """Return start, start + step, ... up to and including stop; rounded, since 3 * 0.1 is not 0.3."""
    start, stop, step = grid
    if stop < start or step == 0:
        raise InputError(f"grid: got {grid}, expected [start, stop, step] with stop >= start and step > 0")
    return np.round(start + step * np.arange(int((stop - start) / step + 1e-9) + 1), 12)
