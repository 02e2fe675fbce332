"""Weighted sum of losses."""

import math
from collections.abc import Sequence
from typing import Annotated

import torch
from torch import Tensor, nn

from ltsei.components.losses._shared import Batch, LossValue, check_range
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError


class Combined(nn.Module):
    """Σ_k weight_k · loss_k, of the losses of the signals and of terms of one name."""

    def __init__(self, losses: Sequence[nn.Module], weights: Sequence[float]) -> None:
        super().__init__()
        self.losses, self.weights = nn.ModuleList(losses), weights

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal and the terms in force."""
        values: list[LossValue] = [loss(batch) for loss in self.losses]
        weighted = list(zip(self.weights, values, strict=True))
        terms: dict[str, Tensor] = {}
        for weight, value in weighted:
            for name, term in value.terms.items():
                terms[name] = terms.get(name, 0) + weight * term
        return LossValue(torch.stack([weight * value.per_sample for weight, value in weighted]).sum(0), terms)


def build(context: Context, *, losses: Annotated[list[Spec], "losses"], weights: list[float]) -> Combined:
    """Return the sum of losses, each times its weight.

    Args:
        context: that of every loss.
        losses: at least one.
        weights: as many, >= 0; they need not add up to 1.
    """
    if not isinstance(losses, list) or len(losses) != len(weights) or not losses:
        raise InputError(f"weights: got {len(weights)} weights for the losses {losses}, expected lists of one length")
    check_range(0, math.inf, **{f"weights[{index}]": weight for index, weight in enumerate(weights)})
    if not 0 < sum(weights) < math.inf:
        raise InputError(f"weights: got {weights}, expected finite ones, at least one of them above 0")
    return Combined([context.build("losses", spec) for spec in losses], weights)
