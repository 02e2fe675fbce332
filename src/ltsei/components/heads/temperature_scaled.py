"""Linear head with a learnable temperature."""

import math
from typing import Annotated, Literal

import torch
from annotated_types import Gt
from torch import Tensor, nn

from ltsei.components.heads._shared import HeadOutput, Linear, in_features, initialised
from ltsei.core.context import Context


class TemperatureScaled(Linear):
    """z = (Wf + b) / T.

    Attributes:
        log_temperature: log T, []; T stays positive and weight decay pulls it towards 1.
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
    temperature: Annotated[float, Gt(0)] = 1.0,
    bias: bool = True,
    init: Literal["default", "balanced_xavier"] = "default",
    bias_init: Literal["default", "zero", "log_prior", "one_vs_rest"] = "default",
) -> TemperatureScaled:
    """Return a linear head whose temperature T is learned with its weights.

    It can separate the same classes as a linear head; T changes how fast its confidence can grow. To calibrate a
    trained classifier on validation data, use the step `temperature_scaling`.

    Args:
        context: gives D and C.
        temperature: T at the start of training.
        bias: whether each class has a bias.
        init: how the weights start, as in the head `linear`.
        bias_init: how the biases start, as in the head `linear`.
    """
    head = TemperatureScaled(in_features(context), context.num_classes, bias, temperature)
    return initialised(head, context, init, bias_init)
