"""Focal loss in its softmax form."""

from typing import Annotated

from annotated_types import Ge
from torch import nn

from ltsei.components.losses._shared import Batch, LossValue, focal_factor, negative_log_likelihood
from ltsei.core.context import Context
from ltsei.core.search import Search


class Focal(nn.Module):
    """Cross-entropy in which well-classified signals count less."""

    def __init__(self, gamma: float) -> None:
        super().__init__()
        self.gamma = gamma

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        cross_entropy = negative_log_likelihood(batch.logits, batch.labels)
        return LossValue(focal_factor(cross_entropy, self.gamma) * cross_entropy)


def build(context: Context, *, gamma: Annotated[float, Ge(0), Search(0.5, 4)] = 2.0) -> Focal:
    """Return the focal loss -(1 - p_y)^gamma log p_y with p = softmax(z) (Lin et al., ICCV 2017, eq. 4).

    Deviation: the paper's loss is a sigmoid for each class; softmax is what long-tailed classification uses.
    Class weights multiply the loss; in the code of LDAM-DRW they also change p.

    Args:
        context: not used.
        gamma: how fast easy signals lose weight; 0 is cross-entropy.
    """
    return Focal(gamma)
