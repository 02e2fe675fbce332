"""Weights that stay within a ball."""

from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor, nn

from ltsei.components.updates._shared import Update
from ltsei.core.context import Context
from ltsei.core.search import Search

REQUIRES = {"head": ["linear"]}


class MaxNorm(Update):
    """The plain gradient; after each step, no row of a weight matrix is longer than the bound of the matrix."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self._bounds: list[tuple[nn.Parameter, Tensor]] = []

    def start(self, model: nn.Module) -> None:
        """Take the bound of each trained matrix or kernel from the norms of its rows."""
        weights = [each for each in model.parameters() if each.requires_grad and each.ndim > 1]
        self._bounds = [(weight, self._bound(_norms(weight))) for weight in weights]

    def constrain(self) -> None:
        """Shorten the rows that are too long."""
        with torch.no_grad():
            for weight, bound in self._bounds:
                factors = (bound / _norms(weight).clamp_min(1e-12)).clamp_max(1)
                weight.mul_(factors.view(-1, *[1] * (weight.ndim - 1)))

    def _bound(self, norms: Tensor) -> Tensor:
        return norms.min() + self.threshold * (norms.max() - norms.min())


def _norms(weight: Tensor) -> Tensor:
    """Return the length of each row, [rows]; of a kernel, of all weights of one output."""
    norms: Tensor = torch.linalg.vector_norm(weight.detach().flatten(1), dim=1)
    return norms


def build(context: Context, *, threshold: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 0.1) -> MaxNorm:
    """Return MaxNorm by projected gradient descent (Alshammari et al., CVPR 2022, weight balancing).

    After each step, rows w of trained matrices with ‖w‖ > δ become δ w/‖w‖, where δ lies between the shortest and the
    longest row before the first step; biases are free. Meant for a stage 2 that starts from the head of stage 1
    (``mode: {name: crt, init: stage1}``), whose rows are longer for frequent classes.

    Args:
        context: not used.
        threshold: where δ lies: 0 the shortest row, 1 the longest.
    """
    return MaxNorm(threshold)
