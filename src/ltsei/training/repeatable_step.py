"""A step of which an update may take the gradient several times, each time with the same random draws."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from ltsei.training.device import random_state, set_random_state


class RepeatableStep:
    """The step that `components.updates` describe as `Step`.

    Each pass repeats the random draws of the first, so that all see the same loss, and the streams end as after one
    pass. Buffers stay as the first pass leaves them: running statistics of batch normalisation describe the weights
    before the step, and count each batch once.

    Attributes:
        parameters: all that are trained, on one device.
        records: what the first pass returned; None before it.
    """

    def __init__(
        self,
        add_gradient: Callable[[Tensor | None], Any],
        parameters: Sequence[nn.Parameter],
        modules: Sequence[nn.Module],
        generator: torch.Generator,
    ) -> None:
        """Make a step.

        Args:
            add_gradient: adds the gradient at the present weights, for factors of the loss of each class.
            parameters: all that are trained.
            modules: that it runs, with their buffers.
            generator: of random numbers for loss, mixer and augmentations.
        """
        self.parameters, self.records = parameters, None
        self._add_gradient, self._modules, self._generator = add_gradient, modules, generator

    def add_gradient(self, factors: Tensor | None = None) -> None:
        """Add the gradient of the step's loss, or of its losses with a factor for each class, float32 [C]."""
        if self.records is None:
            self._draws = random_state(self.parameters[0].device), self._generator.get_state()
            self.records = self._add_gradient(factors)
            return
        buffers = [buffer for module in self._modules for buffer in module.buffers()]
        before = [buffer.clone() for buffer in buffers]
        set_random_state(self.parameters[0].device, self._draws[0])
        self._generator.set_state(self._draws[1])
        self._add_gradient(factors)
        if buffers:
            with torch.no_grad():
                torch._foreach_copy_(buffers, before)
