"""Linear head which is raised by the log-prior while it is trained."""

import math

import numpy as np
import torch
from torch import Tensor

from ltsei.components.heads._shared import HeadOutput, Linear, in_features
from ltsei.core.context import Context
from ltsei.core.errors import InputError

CORRECTS_PRIOR = True


class LogitAdjustedLinear(Linear):
    """z = Wf + b + tau log prior in training mode, Wf + b in evaluation mode.

    Attributes:
        adjustment: tau log prior, [C].
    """

    adjustment: Tensor

    def __init__(self, in_features: int, bias: bool, adjustment: np.ndarray) -> None:
        super().__init__(in_features, len(adjustment), bias)
        self.register_buffer("adjustment", torch.as_tensor(adjustment, dtype=torch.float32), persistent=False)

    def forward(self, features: Tensor) -> HeadOutput:
        """Return the logits."""
        output = super().forward(features)
        return HeadOutput(output.logits + self.adjustment) if self.training else output


def build(context: Context, *, tau: float = 1.0, bias: bool = True) -> LogitAdjustedLinear:
    """Return a linear head which adds tau log prior to its logits in training (Menon et al., ICLR 2021, eq. 10).

    With cross-entropy it is a linear head with the loss `logit_adjustment`; it brings the adjustment to any other
    loss. The accuracy of training batches is that of the adjusted logits.

    Args:
        context: gives D and the class counts.
        tau: strength, >= 0; 0 is a linear head.
        bias: whether each class has an offset.
    """
    if not 0 <= tau < math.inf:
        raise InputError(f"tau: out of range, got {tau}, allowed: >= 0")
    prior = context.class_counts / context.class_counts.sum()
    return LogitAdjustedLinear(in_features(context), bias, tau * np.log(prior))
