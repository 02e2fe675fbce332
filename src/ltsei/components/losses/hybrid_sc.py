"""From supervised contrastive learning of features to cross-entropy of a classifier."""

from typing import Annotated

from annotated_types import Gt
from torch import nn

from ltsei.components.losses._contrastive import Projector, features_of, hybrid, supervised_contrast
from ltsei.components.losses._shared import Batch, LossValue, negative_log_likelihood
from ltsei.core.context import Context
from ltsei.core.search import Search

VIEWS = 2
PARTNER = True
STATE = True
HARD_LABELS = "its positives are the signals of the same class"


class HybridSc(nn.Module):
    """Supervised contrastive loss on the batch, cross-entropy on its partner."""

    def __init__(self, projector: Projector, temperature: float) -> None:
        super().__init__()
        self.projector, self.temperature = projector, temperature

    def forward(self, batch: Batch) -> LossValue:
        """Return the contrastive loss of each signal and the term ``classifier``; in validation the cross-entropy."""
        if batch.views is None:
            return LossValue(negative_log_likelihood(batch.logits, batch.labels))
        return hybrid(batch, supervised_contrast(self.projector(batch.views), batch.labels, self.temperature))


def build(
    context: Context,
    *,
    temperature: Annotated[float, Gt(0), Search(0.05, 1, "log")] = 0.1,
    projection: Annotated[int, Gt(1)] = 128,
) -> HybridSc:
    """Return Hybrid-SC, α SupCon + (1 - α) cross-entropy, α = 1 - t² (Wang et al., CVPR 2021).

    Features are learned on the batch of the sampler, in the paper instance-balanced, with the loss
    `supervised_contrastive`; the classifier on that of the partner sampler, in the paper class-balanced. The network
    learns from both. t is the progress of the training, so that the first epoch has contrast alone and the last
    cross-entropy alone.

    Args:
        context: gives the number of features.
        temperature: τ.
        projection: size of the vectors that are compared; the perceptron before them has D hidden units. The paper
            gives neither size.
    """
    width = features_of(context)
    return HybridSc(Projector(width, width, projection), temperature)
