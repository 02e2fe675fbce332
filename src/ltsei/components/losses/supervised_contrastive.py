"""Supervised contrastive loss, beside the cross-entropy of the classifier."""

from typing import Annotated

from annotated_types import Ge, Gt
from torch import nn

from ltsei.components.losses._contrastive import Projector, features_of, supervised_contrast
from ltsei.components.losses._shared import Batch, LossValue, negative_log_likelihood
from ltsei.core.context import Context
from ltsei.core.search import Search

VIEWS = 2
STATE = True
HARD_LABELS = "its positives are the signals of the same class"


class SupervisedContrastive(nn.Module):
    """Views of a class attract, views of other classes repel each other."""

    def __init__(self, projector: Projector, temperature: float, contrast: float, classifier: float) -> None:
        super().__init__()
        self.projector, self.temperature = projector, temperature
        self.contrast, self.classifier = contrast, classifier

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal; in validation the cross-entropy."""
        cross_entropy = negative_log_likelihood(batch.logits, batch.labels)
        if batch.views is None:
            return LossValue(cross_entropy)
        contrast = supervised_contrast(self.projector(batch.views), batch.labels, self.temperature)
        if self.classifier == 0:
            return LossValue(self.contrast * contrast)
        return LossValue(self.classifier * cross_entropy + self.contrast * contrast)


def build(
    context: Context,
    *,
    temperature: Annotated[float, Gt(0), Search(0.05, 0.5, "log")] = 0.1,
    projection: Annotated[int, Gt(1)] = 128,
    contrast: Annotated[float, Ge(0), Search(0.1, 2, "log")] = 1.0,
    classifier: Annotated[float, Ge(0)] = 1.0,
) -> SupervisedContrastive:
    """Return contrast · SupCon + classifier · cross-entropy (Khosla et al., NeurIPS 2020, eq. 2).

    SupCon compares unit vectors, projections of the features, of two views of each signal. The paper trains a
    classifier afterwards, on the frozen representation: ``classifier: 0`` and a stage 2. A head that is not trained
    predicts at random, so that such a method has no stage 1 to report.

    Args:
        context: gives the number of features.
        temperature: τ; 0.1 as in the paper.
        projection: size of the vectors that are compared; the perceptron before them has D hidden units.
        contrast: weight of SupCon.
        classifier: weight of the cross-entropy of the first view; 0 leaves the head as it starts.
    """
    width = features_of(context)
    return SupervisedContrastive(Projector(width, width, projection), temperature, contrast, classifier)
