"""Linear head with a learnable temperature."""

import math
from typing import Literal

import torch
from torch import Tensor, nn

from ltsei.components.heads._shared import HeadOutput, Linear, in_features, initialised
from ltsei.core.context import Context
from ltsei.core.errors import InputError


class TemperatureScaled(Linear):
    """z = (Wf + b) / T.

    Attributes:
        log_temperature: log T, a number; T stays positive and weight decay draws it to 1.
    """

    def __init__(self, in_features: int, num_classes: int, bias: bool, temperature: float) -> None:
        super().__init__(in_features, num_classes, bias)
        self.log_temperature = nn.Parameter(torch.tensor(math.log(temperature)))

    def forward(self, features: Tensor) -> HeadOutput:
        """Return the logits."""
        return HeadOutput(super().forward(features).logits * torch.exp(-self.log_temperature))


def build(
    context: Context,
    *,
    temperature: float = 1.0,
    bias: bool = True,
    init: Literal["default", "balanced_xavier"] = "default",
    bias_init: Literal["default", "zero", "log_prior", "one_vs_rest"] = "default",
) -> TemperatureScaled:
    """Return a linear head whose temperature T is learnt with its weights.

    The classes it can tell apart are those of a linear head; T changes how fast its confidence can grow. To calibrate
    a trained classifier on validation data use the step `temperature_scaling`.

    Args:
        context: gives D and C.
        temperature: T at the start, > 0.
        bias: whether each class has an offset.
        init: of the weights, as in the head `linear`.
        bias_init: of the offsets, likewise.
    """
    if not 0 < temperature < math.inf:
        raise InputError(f"temperature: out of range, got {temperature}, allowed: > 0")
    head = TemperatureScaled(in_features(context), context.num_classes, bias, temperature)
    return initialised(head, context, init, bias_init)
