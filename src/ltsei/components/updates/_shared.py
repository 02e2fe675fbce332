"""What an update is, what it may do with a step, and the climb that updates share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import torch
from torch import Tensor, nn

Gradients = Sequence[Tensor | None]
"""The gradient of each parameter, None where it has none."""


class Step(Protocol):
    """One step of the optimizer, seen from an update.

    Attributes:
        parameters: all that are trained, on one device.
    """

    parameters: Sequence[nn.Parameter]

    def add_gradient(self, factors: Tensor | None = None) -> None:
        """Add the gradient of the step's loss at the present weights to the parameters.

        Args:
            factors: of the loss of each class, float32 [C]; None: 1.
        """


class Update:
    """The plain update: the gradient at the present weights, and no constraint."""

    def start(self, model: nn.Module) -> None:
        """Prepare for the training of `model`, whose weights are those before the first step."""

    def take_gradient(self, step: Step) -> None:
        """Leave in the parameters, which have no gradient, the one with which the optimizer steps."""
        step.add_gradient()

    def constrain(self) -> None:
        """Change the weights after a step."""


def taken(step: Step, factors: Tensor | None = None) -> Gradients:
    """Return the gradients of a step, and leave the parameters without."""
    step.add_gradient(factors)
    gradients = [parameter.grad for parameter in step.parameters]
    for parameter in step.parameters:
        parameter.grad = None
    return gradients


@contextmanager
def climbed(step: Step, uphill: Gradients, rho: float) -> Iterator[None]:
    """Run the block at w + ρ g/‖g‖ (w where g = 0), without waiting for a GPU; w returns byte by byte.

    The norm is that of all gradients together (Foret et al., ICLR 2021, eq. 2).

    Args:
        step: whose parameters move; those without a gradient stay where they are.
        uphill: g.
        rho: ρ, the distance.
    """
    moving: list[Tensor] = [
        parameter for parameter, each in zip(step.parameters, uphill, strict=True) if each is not None
    ]
    gradients = [each for each in uphill if each is not None]
    factor = rho / (nn.utils.get_total_norm(gradients) + 1e-12)
    with torch.no_grad():
        before = [parameter.detach().clone() for parameter in moving]
        torch._foreach_add_(moving, list(torch._foreach_mul(gradients, factor)))
    yield
    with torch.no_grad():
        torch._foreach_copy_(moving, before)
