"""Linear head with one softmax for each group of classes of similar size."""

from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.components.heads._shared import HeadOutput, Linear, in_features
from ltsei.core.context import Context
from ltsei.data.groups import size_groups

CORRECTS_PRIOR = True


class GroupSoftmax(Linear):
    """Log-probability of each class within its group, in which the logit of "others" stands for all other groups.

    Attributes:
        others: from features to the logit of "others" in each group, [B, D] -> [B, G]; None where there is one group.
        members: which classes belong to each group, bool [G, C].
    """

    members: Tensor

    def __init__(self, in_features: int, groups: np.ndarray, bias: bool) -> None:
        super().__init__(in_features, len(groups), bias)
        members = torch.from_numpy(groups == np.arange(groups.max() + 1)[:, None])
        self.register_buffer("members", members, persistent=False)
        self.others = nn.Linear(in_features, len(members), bias=bias) if len(members) > 1 else None

    def forward(self, features: Tensor) -> HeadOutput:
        """Return log-probabilities as logits, and ``log_others``, the log-probability of "others" in each group."""
        logits = super().forward(features).logits
        if self.others is None:
            return HeadOutput(logits.log_softmax(1), {"log_others": logits[:, :0]})
        others = self.others(features)
        within = logits[:, None].masked_fill(~self.members, -torch.inf)
        total = torch.cat([within, others[:, :, None]], 2).logsumexp(2)
        return HeadOutput(logits - total @ self.members.to(total.dtype), {"log_others": others - total})


def build(
    context: Context, *, groups: Literal["powers_of_ten", "thirds"] = "powers_of_ten", bias: bool = True
) -> GroupSoftmax:
    """Return the head of balanced group softmax (Li et al., CVPR 2020), with the loss `group_softmax`.

    A class competes only with classes of similar size, so that rare classes are not suppressed by frequent ones. A
    class's score is its probability within its group; with a single group this is a linear head.

    Deviation: the paper detects objects and has a group for the background, whose probability scales the others;
    signals have no background.

    Args:
        context: gives D and the class counts.
        groups: how classes are grouped: 1 to 9, 10 to 99, 100 to 999 and more signals, as in the paper, or thirds of
            the classes by size; the same as in the loss.
        bias: whether each class and group has a bias.
    """
    return GroupSoftmax(in_features(context), size_groups(context.class_counts, groups), bias)
