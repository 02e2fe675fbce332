"""Softmax cross-entropy."""

from typing import Annotated

from annotated_types import Ge, Le
from torch import nn
from torch.nn import functional

from ltsei.components.losses._shared import Batch, LossValue, widen
from ltsei.core.context import Context
from ltsei.core.search import Search


class CrossEntropy(nn.Module):
    """Cross-entropy against the one-hot label, or against a smoothed one."""

    def __init__(self, label_smoothing: float) -> None:
        super().__init__()
        self.label_smoothing = label_smoothing

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        smoothing = self.label_smoothing
        return LossValue(
            functional.cross_entropy(widen(batch.logits), batch.labels, reduction="none", label_smoothing=smoothing)
        )


def build(context: Context, *, label_smoothing: Annotated[float, Ge(0), Le(1), Search(0, 0.2)] = 0.0) -> CrossEntropy:
    """Return cross-entropy with the target (1 - label_smoothing) one-hot + label_smoothing / C.

    Args:
        context: not used.
        label_smoothing: part of the target that is spread over all classes. LOS (Sun et al., ICLR 2025) trains its
            second stage with 0.98.
    """
    return CrossEntropy(label_smoothing)
