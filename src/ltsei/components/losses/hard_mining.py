"""Online hard-example mining: only the signals of a batch with the largest losses count."""

import math
from typing import Annotated

import torch
from annotated_types import Gt, Le
from torch import nn

from ltsei.components.losses._shared import Batch, LossValue
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search

HARD_LABELS = "it ranks the signals of a batch by their losses"


class HardMining(nn.Module):
    """A loss that is 0 for the easy signals of a batch."""

    def __init__(self, loss: nn.Module, share: float) -> None:
        super().__init__()
        self.loss, self.share = loss, share

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal, scaled so that its mean is that of the hard signals, and the loss's terms."""
        value: LossValue = self.loss(batch)
        hardest = max(1, math.ceil(self.share * len(value.per_sample)))
        with torch.no_grad():
            hard = (value.per_sample >= torch.topk(value.per_sample, hardest).values[-1]).to(value.per_sample)
            factors = hard / hard.mean()
        return LossValue(factors * value.per_sample, value.terms)


def build(
    context: Context,
    *,
    loss: Annotated[Spec, "losses"] = "cross_entropy",
    share: Annotated[float, Gt(0), Le(1), Search(0.2, 1)] = 0.7,
) -> HardMining:
    """Return a loss of which only the largest values in a batch count, OHEM (Shrivastava et al., CVPR 2016).

    Signals are ranked before class weights; of equal losses at the limit all count.
    Deviation: the paper mines about 3 % of the regions of an image; a batch of signals holds far fewer easy ones, hence
    the larger default.

    Args:
        context: that of the loss.
        loss: the loss that ranks the signals.
        share: of the batch that counts, rounded up; 1 is the loss itself.
    """
    return HardMining(context.build("losses", loss), share)
