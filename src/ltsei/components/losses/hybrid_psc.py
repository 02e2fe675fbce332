"""From features contrasted with prototypes to cross-entropy of a classifier."""

import math
from typing import Annotated

import torch
from annotated_types import Gt
from torch import nn
from torch.nn import functional

from ltsei.components.losses._contrastive import Projector, contrast, features_of, hybrid, prototypes
from ltsei.components.losses._shared import Batch, LossValue, negative_log_likelihood
from ltsei.core.context import Context
from ltsei.core.search import Search

PARTNER = True
STATE = True
HARD_LABELS = "it has one prototype to be near to"


class HybridPsc(nn.Module):
    """Prototypical contrastive loss on the batch, cross-entropy on its partner.

    Attributes:
        prototypes: [C, P]; only their directions matter.
    """

    def __init__(self, projector: Projector, prototypes: nn.Parameter, temperature: float) -> None:
        super().__init__()
        self.projector, self.prototypes, self.temperature = projector, prototypes, temperature

    def forward(self, batch: Batch) -> LossValue:
        """Return the contrastive loss of each signal and the term ``classifier``; in validation the cross-entropy."""
        if batch.partner is None:
            return LossValue(negative_log_likelihood(batch.logits, batch.labels))
        scores = self.projector(batch.features) @ functional.normalize(self.prototypes, dim=1).T / self.temperature
        own = functional.one_hot(batch.labels, len(self.prototypes)).to(scores.dtype)
        offsets = torch.zeros_like(own).masked_fill(own > 0, -math.inf)
        return hybrid(batch, contrast(scores, own, offsets))


def build(
    context: Context,
    *,
    temperature: Annotated[float, Gt(0), Search(0.1, 2, "log")] = 1.0,
    projection: Annotated[int, Gt(1)] = 128,
) -> HybridPsc:
    """Return Hybrid-PSC, α PSC + (1 - α) cross-entropy, α = 1 - t² (Wang et al., CVPR 2021).

    PSC = -log [exp(z·p_y / τ) / Σ_{j ≠ y} exp(z·p_j / τ)] with one learned prototype p for each class; without its own
    class in the sum it can be negative. Batches are those of `hybrid_sc`. It needs no second view, and as much memory
    as cross-entropy.

    Args:
        context: gives the number of features and of classes.
        temperature: τ; 1 for CIFAR-10-LT in the paper, 0.1 for CIFAR-100-LT. The lowest loss is about -2/τ.
        projection: size of prototypes and projections; the perceptron before them has D hidden units. The paper gives
            neither size.
    """
    width = features_of(context)
    return HybridPsc(Projector(width, width, projection), prototypes(context, projection), temperature)
