"""Balanced contrastive loss beside logit-adjusted cross-entropy."""

import math
from typing import Annotated

import torch
from annotated_types import Ge, Gt
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.losses._contrastive import (
    Projector,
    contrast,
    features_of,
    one_batch,
    over_views,
    positives_of,
)
from ltsei.components.losses._shared import Batch, LossValue, constant, log_prior, negative_log_likelihood, widen
from ltsei.core.context import Context
from ltsei.core.search import Search

VIEWS = 2
STATE = True
CORRECTS_PRIOR = True
HARD_LABELS = "its positives are the signals of the same class"
REQUIRES = {"head": ["cosine", "linear"]}


def balanced_contrast(projected: Tensor, centres: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Return the balanced contrastive loss of each signal, the mean over its views, [B].

    Args:
        projected: unit vectors of all views, [V, B, P].
        centres: one unit vector for each class, [C, P].
        labels: int64 [B].
        temperature: τ.
    """
    rows, row_labels = one_batch(projected, labels)
    anchors, classes = len(rows), len(centres)
    all_labels = torch.cat([row_labels, torch.arange(classes, device=labels.device)])
    positives, itself = positives_of(all_labels, anchors)
    same_class = (row_labels[:, None] == all_labels).to(rows.dtype)
    candidates = functional.one_hot(all_labels, classes).sum(0)[all_labels] - same_class
    offsets = (-candidates.log()).masked_fill(itself, -math.inf)
    return over_views(contrast(rows @ torch.cat([rows, centres]).T / temperature, positives, offsets), len(projected))


class Bcl(nn.Module):
    """Logit-adjusted cross-entropy, and a contrast in which every class weighs the same.

    Attributes:
        log_prior: [C].
    """

    log_prior: Tensor

    def __init__(self, directed: int, widths: list[int], prior: Tensor, temperature: float, weight: float) -> None:
        """Compare projected features with each other, and with projected weights of the classifier.

        Args:
            directed: number of the classifier's weights for each class.
            widths: of the layers of a projector.
            prior: log-prior of the classes, [C].
            temperature: τ.
            weight: of the contrast.
        """
        super().__init__()
        self.projector, self.of_weights = Projector(*widths, norm=True), Projector(directed, *widths[1:], norm=True)
        self.directed, self.temperature, self.contrast = directed, temperature, weight
        self.register_buffer("log_prior", prior, persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal; in validation the logit-adjusted cross-entropy."""
        classifier = negative_log_likelihood(widen(batch.logits) + self.log_prior, batch.labels)
        if batch.views is None:
            return LossValue(classifier)
        weights = batch.extras["weight"][:, : self.directed]  # without those on gate probabilities, which are biases
        projected, centres = self.projector(batch.views), self.of_weights(weights)
        contrast = balanced_contrast(projected, centres, batch.labels, self.temperature)
        return LossValue(classifier + self.contrast * contrast)


def build(
    context: Context,
    *,
    temperature: Annotated[float, Gt(0), Search(0.05, 0.5, "log")] = 0.1,
    projection: Annotated[int, Gt(1)] = 128,
    contrast: Annotated[float, Ge(0), Search(0.1, 2, "log")] = 0.35,
) -> Bcl:
    """Return logit-adjusted cross-entropy + contrast · BCL (Zhu et al., CVPR 2022).

    BCL changes the supervised contrastive loss twice. Class averaging: the denominator adds up, over classes c,
    the mean of exp(z_i·z_a / τ) over the candidates a of c, the anchor itself left out. Class complement: a centre of
    each class, a projection of the classifier's weights, is a candidate in every batch. Cross-entropy sees the first
    view.
    Deviation: the authors' code draws a third view for cross-entropy, with stronger augmentation.

    Args:
        context: gives the number of features and the class counts.
        temperature: τ; in the authors' code 0.1 is the loss's default, 0.07 that of their script for ImageNet-LT.
        projection: size of the vectors that are compared; the perceptrons before them have D hidden units and batch
            normalisation. The authors' code has 1024 for features of 2048.
        contrast: weight of BCL; 0.35 as in the authors' code.
    """
    width = features_of(context)
    widths = [width, width, projection]
    return Bcl(
        width - len(context.bias_columns), widths, constant(log_prior(context.class_counts)), temperature, contrast
    )
