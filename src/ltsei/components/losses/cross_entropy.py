"""Softmax cross-entropy."""

from torch import nn
from torch.nn import functional

from ltsei.components.losses._shared import Batch, LossValue, check_range, widen
from ltsei.core.context import Context


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


def build(context: Context, *, label_smoothing: float = 0.0) -> CrossEntropy:
    """Return cross-entropy with the target (1 - label_smoothing) one-hot + label_smoothing / C.

    Args:
        context: not used.
        label_smoothing: in [0, 1]. LOS (Sun et al., ICLR 2025) trains its second stage with 0.98.
    """
    check_range(0, 1, label_smoothing=label_smoothing)
    return CrossEntropy(label_smoothing)
