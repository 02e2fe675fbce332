"""Sharpness-aware minimisation: each step takes its gradient where the loss is highest within a small distance."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from torch import nn

from ltsei.training.device import random_state, set_random_state

T = TypeVar("T")


def sharpness_aware(
    gradient: Callable[[], T],
    rho: float,
    parameters: Sequence[nn.Parameter],
    modules: Sequence[nn.Module],
    generator: torch.Generator,
) -> T:
    """Leave the gradient at w + ρ g/‖g‖ in the parameters w, and return what `gradient` returns at w.

    g is the gradient at w, without weight decay; the norm is that of all parameters together (Foret et al., ICLR 2021,
    eq. 2 and 3). The second pass repeats the random draws of the first, so both see the same loss. Buffers stay as the
    first pass leaves them, as is usual: running statistics of batch normalisation describe w, which is evaluated, and
    count each batch once. Parameters return to w byte by byte, so the gradient is the only trace.

    Args:
        gradient: adds the gradient of one step to parameters that have none.
        rho: ρ, the distance.
        parameters: all that are trained, on one device; those without a gradient stay where they are.
        modules: that `gradient` runs, with their buffers.
        generator: of random numbers for loss and augmentations.
    """
    device = parameters[0].device
    draws, own_draws = random_state(device), generator.get_state()
    result = gradient()
    climbing = [parameter for parameter in parameters if parameter.grad is not None]
    changing = [*climbing, *(buffer for module in modules for buffer in module.buffers())]
    before = [tensor.detach().clone() for tensor in changing]
    _climb(climbing, rho)
    set_random_state(device, draws)
    generator.set_state(own_draws)
    gradient()
    with torch.no_grad():
        torch._foreach_copy_(changing, before)
    return result


def _climb(parameters: Sequence[nn.Parameter], rho: float) -> None:
    """Move parameters by ρ g/‖g‖ (not at all where g = 0) and clear their gradients, without waiting for a GPU."""
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    factor = rho / (nn.utils.get_total_norm(gradients) + 1e-12)
    with torch.no_grad():
        torch._foreach_add_(list(parameters), torch._foreach_mul(gradients, factor))
    for parameter in parameters:
        parameter.grad = None
