"""Linear head that adds the log-prior to its logits during training."""

from typing import Annotated

import numpy as np
import torch
from annotated_types import Ge
from torch import Tensor

from ltsei.components.heads._shared import HeadOutput, Linear, in_features
from ltsei.core.context import Context
from ltsei.core.search import Search

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
        return output._replace(logits=output.logits + self.adjustment) if self.training else output


def build(
    context: Context, *, tau: Annotated[float, Ge(0), Search(0.25, 2)] = 1.0, bias: bool = True
) -> LogitAdjustedLinear:
    """Return a linear head that adds tau log prior to its logits in training (Menon et al., ICLR 2021, eq. 10).

    With cross-entropy this equals a linear head with the loss `logit_adjustment`; it brings the adjustment to any other
    loss. The accuracy of training batches is that of the adjusted logits.

    Args:
        context: gives D and the class counts.
        tau: strength of the adjustment; 0 is a linear head.
        bias: whether each class has a bias.
    """
    prior = context.class_counts / context.class_counts.sum()
    return LogitAdjustedLinear(in_features(context), bias, tau * np.log(prior))
