"""What an update is, what it may do with a step, and the climb that updates share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol

import numpy as np
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
            factors: of the loss of each class, float32 [C], without the named terms; None: the whole loss.
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
    return _removed(step)


def _removed(step: Step) -> Gradients:
    """Return the gradients that the parameters have, and leave them without."""
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


class Part(NamedTuple):
    """A part of the loss that is to be flat: a factor for the loss of each class [C], and the distance ρ uphill."""

    factors: np.ndarray
    rho: float


class ClassSharpness(Update):
    """The gradient of the loss, of which some parts have theirs at w + ρ g/‖g‖, g the gradient of the part at w.

    For parts L_k this is ∇L(w) + Σ_k (∇L_k(w + ρ_k g_k/‖g_k‖) - g_k), g_k = ∇L_k(w), in 2 K + 1 passes. The named terms
    of the loss belong to no part.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self._factors: list[Tensor] = []

    def start(self, model: nn.Module) -> None:
        """Move the factors to the device of the model."""
        device = next(model.parameters()).device
        self._factors = [torch.as_tensor(part.factors, dtype=torch.float32, device=device) for part in self.parts]

    def take_gradient(self, step: Step) -> None:
        """Leave the gradient of the loss, in parts at climbed weights."""
        step.add_gradient()
        for part, factors in zip(self.parts, self._factors, strict=True):
            gradients = _removed(step)
            uphill = taken(step, factors)
            for parameter, gradient, own in zip(step.parameters, gradients, uphill, strict=True):
                parameter.grad = gradient if gradient is None or own is None else gradient - own
            with climbed(step, uphill, part.rho):
                step.add_gradient(factors)
