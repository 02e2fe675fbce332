"""Sharpness-aware minimisation."""

from typing import Annotated

from annotated_types import Gt

from ltsei.components.updates._shared import Step, Update, climbed, taken
from ltsei.core.context import Context
from ltsei.core.search import Search


class SharpnessAware(Update):
    """The gradient where the loss is highest, to first order, within the distance ρ."""

    def __init__(self, rho: float) -> None:
        self.rho = rho

    def take_gradient(self, step: Step) -> None:
        """Leave the gradient at w + ρ g/‖g‖."""
        with climbed(step, taken(step), self.rho):
            step.add_gradient()


def build(context: Context, *, rho: Annotated[float, Gt(0), Search(0.01, 0.2, "log")] = 0.05) -> SharpnessAware:
    """Return SAM: each step has the gradient at w + ρ g/‖g‖ (Foret et al., ICLR 2021, eq. 2 and 3), in twice the time.

    g is the gradient at w of the whole step, all accumulated batches together, without weight decay. Clipping and
    weight decay act on the gradient of the second pass.

    Args:
        context: not used.
        rho: ρ, how far uphill.
    """
    return SharpnessAware(rho)
