"""Balanced product of experts."""

from typing import Annotated

import numpy as np
import torch
from annotated_types import Ge
from torch import Tensor, nn

from ltsei.components.losses._experts import expert_batches, expert_logits
from ltsei.components.losses._shared import Batch, LossValue, constant, log_prior, weighted_sum
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search

REQUIRES = {"head": ["experts"]}
CORRECTS_PRIOR = True


class BalPoe(nn.Module):
    """The mean of the experts' losses, each of logits that are adjusted by a τ of its own.

    Attributes:
        log_prior: [C].
    """

    log_prior: Tensor

    def __init__(self, loss: nn.Module, prior: np.ndarray, spread: float) -> None:
        super().__init__()
        self.loss, self.spread = loss, spread
        self.register_buffer("log_prior", constant(prior), persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        logits = expert_logits(batch)
        experts = len(logits)
        adjusted = logits + self.taus(experts)[:, None, None] * self.log_prior
        values = [self.loss(each) for each in expert_batches(batch, adjusted)]
        return weighted_sum(values, [1 / experts] * experts)

    def taus(self, experts: int) -> Tensor:
        """Return τ of each expert, [E], evenly spaced around 1."""
        positions = torch.arange(experts, device=self.log_prior.device) - (experts - 1) / 2
        return 1 + 2 * self.spread * positions / max(experts - 1, 1)


def build(
    context: Context,
    *,
    loss: Annotated[Spec, "losses"] = "cross_entropy",
    spread: Annotated[float, Ge(0), Search(0, 2)] = 1.0,
) -> BalPoe:
    """Return the mean over experts of the loss of z_k + τ_k log prior (Sanchez Aimar et al., CVPR 2023).

    τ_k are evenly spaced between 1 - `spread` and 1 + `spread`. Their mean is 1, so that the product of the experts,
    which is the softmax of their mean logits, is free of the prior. The paper trains with `mixup`, alpha 0.4.
    With one expert, or without spread on experts that are all alike, it is balanced softmax.

    Args:
        context: gives the class counts; also that of the loss.
        loss: of the adjusted logits, one instance for all experts; the paper has cross-entropy.
        spread: how far the experts' τ differ from 1; with 1 three experts have 0, 1 and 2, as in the paper.
    """
    return BalPoe(context.build("losses", loss), log_prior(context.class_counts), spread)
