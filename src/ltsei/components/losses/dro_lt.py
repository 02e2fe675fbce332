"""Distributional robustness loss: features near a class centre that is known only to within a radius."""

from typing import Annotated

import numpy as np
import torch
from annotated_types import Ge, Gt, Le
from torch import Tensor, nn

from ltsei.components.losses._contrastive import ClassSums, contrast, features_of
from ltsei.components.losses._shared import Batch, LossValue, constant, negative_log_likelihood, widen
from ltsei.core.context import Context
from ltsei.core.search import Search

STATE = True
HARD_LABELS = "it averages over the signals of each class"


class DroLt(nn.Module):
    """Cross-entropy, and a contrast of the distances between class centres and the features of a batch.

    Attributes:
        radii: ε of each class, [C].
    """

    radii: Tensor

    def __init__(self, centres: ClassSums, radii: np.ndarray, temperature: float, share: float, start: float) -> None:
        super().__init__()
        self.centres, self.temperature, self.share, self.start = centres, temperature, share, start
        self.register_buffer("radii", constant(radii), persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal; in validation the cross-entropy."""
        cross_entropy = negative_log_likelihood(batch.logits, batch.labels)
        if not self.training:
            return LossValue(cross_entropy)
        features = widen(batch.features)
        self.centres.add(features, batch.labels)
        if batch.progress < self.start:
            return LossValue(cross_entropy)
        return LossValue((1 - self.share) * cross_entropy + self.share * self._robust(features, batch.labels))

    def _robust(self, features: Tensor, labels: Tensor) -> Tensor:
        """Return the robustness loss of each signal, weighted so that its mean is that over classes, [B]."""
        means = (self.centres.last / self.centres.last_counts.clamp_min(1)[:, None]).to(features)[labels]
        squared = means.square().sum(1)[:, None] + features.square().sum(1) - 2 * means @ features.T
        distances = torch.sqrt(squared.clamp_min(0) + torch.finfo(features.dtype).eps)
        same_class = labels[:, None] == labels
        scores = -(distances + 2 * self.radii[labels][:, None] * same_class) / self.temperature
        itself = torch.eye(len(labels), device=scores.device, dtype=scores.dtype)
        losses = contrast(scores, itself, torch.zeros_like(scores))
        with_centre = (self.centres.last_counts > 0)[labels]
        weights = with_centre / same_class.sum(1)
        return losses * weights * len(labels) / weights.sum().clamp_min(1)


def build(
    context: Context,
    *,
    temperature: Annotated[float, Gt(0), Search(0.05, 2, "log")] = 0.07,
    epsilon: Annotated[float, Ge(0), Search(0.1, 2, "log")] = 1.0,
    share: Annotated[float, Ge(0), Le(1), Search(0.1, 0.9)] = 0.5,
    start: Annotated[float, Ge(0), Le(1)] = 0.5,
) -> DroLt:
    """Return (1 - share) · cross-entropy + share · DRO-LT (Samuel & Chechik, ICCV 2021).

    For the centre μ_c of a class and the features z_i of its signals in the batch, with Euclidean distances d,
    DRO-LT = -log [exp(-(d(μ_c, z_i) + 2 ε_c)/τ) / Σ_j exp(-(d(μ_c, z_j) + 2 ε_c [y_j = c])/τ)], the mean over a class
    and then over the classes of the batch. It bounds the loss for the worst centre within ε_c = epsilon/√n_c of the
    estimated one, which is less certain for a rare class.
    Deviation: the centre is the mean over the last epoch's batches, as they were trained on; the paper runs the network
    over all training signals before each epoch. In the first epoch there is none, and cross-entropy acts alone; the
    paper starts from a network that cross-entropy has trained.
    Deviation: the authors' code learns one ε for each class, with ε in place of 2 ε; nothing keeps those above 0.

    Args:
        context: gives the number of features and the class counts.
        temperature: τ of the distances; 0.07 in the authors' code, too small for features that lie far apart.
        epsilon: radius for a class of one signal, in units of the features.
        share: part of DRO-LT in the loss.
        start: progress from which DRO-LT acts; before it, cross-entropy acts alone.
    """
    centres = ClassSums(context.num_classes, features_of(context))
    return DroLt(centres, epsilon / np.sqrt(context.class_counts), temperature, share, start)
