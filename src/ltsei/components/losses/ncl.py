"""Nested collaborative learning: experts that learn from each other, on all classes and on the hard ones."""

from typing import Annotated

import numpy as np
import torch
from annotated_types import Ge, Gt, Le
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.losses._experts import expert_logits
from ltsei.components.losses._shared import Batch, LossValue, constant, log_prior, negative_log_likelihood
from ltsei.core.context import Context
from ltsei.core.search import Search

REQUIRES = {"head": ["experts"]}
CORRECTS_PRIOR = True


class Ncl(nn.Module):
    """Balanced softmax of each expert and the divergence between experts, over all classes and over hard ones.

    Attributes:
        log_prior: [C].
    """

    log_prior: Tensor

    def __init__(self, prior: np.ndarray, hard_classes: int, mining: float, agreement: float) -> None:
        super().__init__()
        self.hard_classes, self.mining, self.agreement = hard_classes, mining, agreement
        self.register_buffer("log_prior", constant(prior), persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        logits = expert_logits(batch)
        adjusted = logits + self.log_prior
        chosen = hard_classes(logits[0].detach(), batch.labels, self.hard_classes)
        hard = adjusted.gather(2, chosen.expand(len(logits), -1, -1))
        total = self.mining * individual(hard, torch.zeros_like(batch.labels)) + individual(adjusted, batch.labels)
        return LossValue(total + self.agreement * (divergence(adjusted) + divergence(hard)))


def hard_classes(logits: Tensor, labels: Tensor, number: int) -> Tensor:
    """Return the own class of each signal and the others with the highest logits, int64 [B, number]."""
    own = functional.one_hot(labels, logits.shape[1]).bool()
    return logits.masked_fill(own, torch.inf).topk(number, dim=1).indices


def individual(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the sum of the experts' cross-entropies for each signal, [B], of logits [E, B, C]."""
    return torch.stack([negative_log_likelihood(each, labels) for each in logits]).sum(0)


def divergence(logits: Tensor) -> Tensor:
    """Return Σ_{i ≠ j} KL(p_j || p_i) / (E - 1) for each signal, [B], of logits [E, B, C]; 0 for one expert."""
    each = logits.log_softmax(2)
    pairs = functional.kl_div(each[:, None], each[None], reduction="none", log_target=True)
    return pairs.sum((0, 1, 3)) / max(len(logits) - 1, 1)


def build(
    context: Context,
    *,
    hard: Annotated[float, Gt(0), Le(1), Search(0.1, 1)] = 0.3,
    mining: Annotated[float, Ge(0), Search(0, 2)] = 1.0,
    agreement: Annotated[float, Ge(0), Search(0, 1)] = 0.6,
) -> Ncl:
    """Return NCL: Σ_k CE(z_k + log π) + agreement Σ_{i≠j} KL(p_j || p_i) / (E - 1), and both once more on hard classes.

    Source: Li et al., CVPR 2022. The hard classes of a signal are its own and those to which the first expert gives
    the highest logits; the softmax over them has no other class. Gradient flows into both sides of the divergence.
    Deviation: the paper trains full networks, each on its own augmented view; here experts share the first blocks and
    see the same view. Its contrastive loss against a momentum encoder is left out. The authors' code multiplies the
    logits of the other classes by 0, which leaves exp(0) for each of them in the softmax.

    Args:
        context: gives the class counts.
        hard: share of the classes that are hard, at least two of them; 1: all.
        mining: weight of the cross-entropy over hard classes.
        agreement: weight of the divergence between experts.
    """
    counts = context.class_counts
    number = min(max(2, round(hard * len(counts))), len(counts))
    return Ncl(log_prior(counts), number, mining, agreement)
