"""Expected cost of a wrong decision."""

from collections.abc import Callable
from typing import Annotated

import numpy as np
from annotated_types import Ge
from torch import nn

from ltsei.components.losses._shared import Batch, LossValue, PerEpoch, widen
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError

PER_CLASS = ["matrix"]


class ExpectedCost(nn.Module):
    """The expected cost of a decision drawn from the softmax."""

    def __init__(self, costs: Callable[[float], np.ndarray]) -> None:
        super().__init__()
        self.costs = PerEpoch(costs)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        probabilities = widen(batch.logits).softmax(1)
        costs = self.costs(batch.progress, like=probabilities)[batch.labels]
        return LossValue((costs * probabilities).sum(1))


def build(
    context: Context,
    *,
    costs: Annotated[Spec | None, "class_weights"] = None,
    matrix: list[list[Annotated[float, Ge(0)]]] | None = None,
) -> ExpectedCost:
    """Return Σ_j K[y, j] p_j, p = softmax(z), for costs K with K[y, y] = 0 and a mean of 1 over all other entries.

    The classical expected cost (Elkan, IJCAI 2001) as a loss. It is normalised as a whole: normalised row by row, all
    costs that depend on y alone would become the same. Its gradient vanishes for a signal far on the wrong side as it
    does for one on the right side, so training starts slowly; `combined` mixes it with cross-entropy. Exactly one of
    the two parameters is needed.

    Args:
        context: gives the class counts to `costs`.
        costs: class weights w: K[y, j] = w_y for any wrong j.
        matrix: K itself up to a factor, C rows (the class) of C columns (the decision), in the order of the labels;
            0 on the diagonal, not all 0 elsewhere.
    """
    wrong = 1 - np.eye(context.num_classes)
    if costs is not None and matrix is None:
        weights: Callable[[float], np.ndarray] = context.build("class_weights", costs)
        return ExpectedCost(lambda progress: weights(progress)[:, None] * wrong)
    if matrix is not None and costs is None:
        given = _checked(matrix, context.num_classes)
        return ExpectedCost(lambda progress: given / given[wrong > 0].mean())
    raise InputError(f"costs, matrix: got {costs} and {matrix}, expected one of the two")


def _checked(matrix: list[list[float]], num_classes: int) -> np.ndarray:
    """Return a cost matrix as float64 [C, C]; InputError where it has another shape or the wrong zeros."""
    lengths = sorted({len(row) for row in matrix})
    if len(matrix) != num_classes or lengths != [num_classes]:
        raise InputError(f"matrix: got {len(matrix)} rows of {lengths} costs, expected {num_classes} of {num_classes}")
    values = np.array(matrix, dtype=np.float64)
    if np.diagonal(values).any() or not values.any():
        raise InputError(f"matrix: got {matrix}, expected 0 on the diagonal and not all 0 elsewhere")
    return values
