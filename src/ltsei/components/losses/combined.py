"""Weighted sum of losses."""

from collections.abc import Sequence
from typing import Annotated

from annotated_types import Ge, MinLen
from torch import nn

from ltsei.components.losses._shared import Batch, LossValue, weighted_sum
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError


class Combined(nn.Module):
    """Σ_k weight_k · loss_k, over the losses of each signal and over terms of the same name."""

    def __init__(self, losses: Sequence[nn.Module], weights: Sequence[float]) -> None:
        super().__init__()
        self.losses, self.weights = nn.ModuleList(losses), weights

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal and the active terms."""
        return weighted_sum([loss(batch) for loss in self.losses], self.weights)


def build(
    context: Context,
    *,
    losses: Annotated[list[Spec], MinLen(1), "losses"],
    weights: list[Annotated[float, Ge(0)]],
) -> Combined:
    """Return the sum of losses, each times its weight.

    Args:
        context: that of every loss.
        losses: the losses to add.
        weights: one for each loss, not all 0; they need not add up to 1.
    """
    if len(losses) != len(weights):
        raise InputError(f"weights: got {len(weights)} for {len(losses)} losses, expected one for each")
    if not any(weights):
        raise InputError(f"weights: got {weights}, expected at least one of them above 0")
    return Combined([context.build("losses", spec) for spec in losses], weights)
