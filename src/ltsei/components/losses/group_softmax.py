"""Cross-entropy within groups of classes of similar size."""

from typing import Annotated, Literal

import numpy as np
import torch
from annotated_types import Gt
from torch import Tensor, nn

from ltsei.components.losses._shared import Batch, LossValue, constant, widen
from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.core.search import Search
from ltsei.data.groups import size_groups

REQUIRES = {"head": ["group_softmax"]}


class GroupSoftmaxLoss(nn.Module):
    """Cross-entropy of a signal's class in its own group and of "others" in each other group.

    Attributes:
        group: of each class, int64 [C].
    """

    group: Tensor

    def __init__(self, groups: np.ndarray, context: Context, ratio: float) -> None:
        super().__init__()
        self.register_buffer("group", torch.from_numpy(groups), persistent=False)
        self.members, self.probabilities, self.ratio = (
            np.eye(groups.max() + 1)[groups],
            context.class_probabilities,
            ratio,
        )
        self._shares: tuple[float, Tensor] | None = None

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        loss = -widen(batch.logits).gather(1, batch.labels[:, None])[:, 0]
        others, groups = widen(batch.extras["log_others"]), self.members.shape[1]
        if groups == 1:
            return LossValue(loss)
        if others.shape[1] != groups:
            raise InputError(f"groups: got {groups}, but the head has {others.shape[1]}; use the same rule for both")
        outside = nn.functional.one_hot(self.group[batch.labels], groups) == 0
        return LossValue(loss - (self.shares(batch.progress).to(others) * others * outside).sum(1))

    def shares(self, progress: float) -> Tensor:
        """Return the share of its "others" that each group learns from, [G]; computed once per epoch."""
        if self._shares is None or self._shares[0] != progress:
            mass = self.probabilities(progress) @ self.members
            share = np.minimum(1, self.ratio * mass / np.maximum(1 - mass, np.finfo(float).tiny))
            self._shares = progress, constant(share).to(self.group.device)
        return self._shares[1]


def build(
    context: Context,
    *,
    groups: Literal["powers_of_ten", "thirds"] = "powers_of_ten",
    ratio: Annotated[float, Gt(0), Search(1, 16, "log")] = 8.0,
) -> GroupSoftmaxLoss:
    """Return -log p_y - Σ_g a_g log p_others,g over the groups g without y (Li et al., CVPR 2020).

    p are the probabilities of the head `group_softmax`. a_g = min(1, ratio P_g / (1 - P_g)) keeps "others" from
    dominating a group that few signals belong to, P_g the probability that the sampler draws from it.

    Deviation: the paper draws at most `ratio` times as many signals for "others" as a group has in the batch; a_g is
    the expected share of those drawn, without the noise of the draw.

    Args:
        context: gives the class counts and the sampler's class probabilities.
        groups: how classes are grouped, as in the head.
        ratio: signals of other groups per signal of the group.
    """
    return GroupSoftmaxLoss(size_groups(context.class_counts, groups), context, ratio)
