"""Self-supervised aggregation of diverse experts: the losses of its three experts."""

from typing import Annotated

import numpy as np
from annotated_types import Ge
from torch import Tensor, nn

from ltsei.components.losses._experts import expert_batches, expert_logits, inverse_prior
from ltsei.components.losses._shared import Batch, LossValue, constant, log_prior, weighted_sum
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError
from ltsei.core.search import Search

REQUIRES = {"head": ["experts"]}
CORRECTS_PRIOR = True


class Sade(nn.Module):
    """The sum of the losses of three experts, each for a class distribution of its own.

    Attributes:
        offsets: what is added to the logits of each expert, [3, C].
    """

    offsets: Tensor

    def __init__(self, loss: nn.Module, offsets: np.ndarray) -> None:
        super().__init__()
        self.loss = loss
        self.register_buffer("offsets", constant(offsets), persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        logits = expert_logits(batch)
        if len(logits) != len(self.offsets):
            raise InputError(f"branches: got {len(logits)} experts, expected 3: set `branches: 3` in the backbone")
        values = [self.loss(each) for each in expert_batches(batch, logits + self.offsets[:, None])]
        return weighted_sum(values, [1.0] * len(values))


def build(
    context: Context,
    *,
    loss: Annotated[Spec, "losses"] = "cross_entropy",
    tau: Annotated[float, Ge(0), Search(1, 4)] = 2.0,
) -> Sade:
    """Return the sum of the losses of z_1, z_2 + log π and z_3 + log π - tau log π' (Zhang et al., NeurIPS 2022, SADE).

    π is the prior; π' is the prior in reversed order, so that the rarest class has the share of the most frequent one.
    The experts are good at long-tailed, balanced and inversely long-tailed test data. The paper has cosine heads.
    The paper then weights the experts by the agreement of their predictions for two views of each test signal: that is
    the post-hoc step `expert_stability`. Without it their logits are averaged: nothing is fitted to test signals.

    Args:
        context: gives the class counts; also that of the loss.
        loss: of the adjusted logits, one instance for all experts; the paper has cross-entropy.
        tau: how far the third expert favours rare classes; with 0 it is the second one.
    """
    prior, inverse = log_prior(context.class_counts), np.log(inverse_prior(context.class_counts))
    offsets = np.stack([np.zeros_like(prior), prior, prior - tau * inverse])
    return Sade(context.build("losses", loss), offsets)
