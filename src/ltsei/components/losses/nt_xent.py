"""Contrastive loss of two views without labels, the loss of SimCLR."""

from typing import Annotated

import torch
from annotated_types import Ge, Gt
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.losses._shared import Batch, LossValue, widen
from ltsei.core.context import Context
from ltsei.core.search import Search

VIEWS = 2
LABEL_FREE = True
STATE = True
HARD_LABELS = "it takes no labels at all"


class NtXent(nn.Module):
    """Cross-entropy of finding the other view of a signal among all views of the batch.

    Attributes:
        projector: from features to the space in which views are compared, [B, D] -> [B, dim].
    """

    def __init__(self, projector: nn.Module, temperature: float) -> None:
        super().__init__()
        self.projector, self.temperature = projector, temperature

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal, the mean over its two views."""
        if batch.views is None:
            raise ValueError("a contrastive loss needs two views")
        points = functional.normalize(widen(self.projector(batch.views.flatten(0, 1))), dim=1)
        similarity = points @ points.T / self.temperature
        itself = torch.eye(len(points), dtype=torch.bool, device=points.device)
        similarity = similarity.masked_fill(itself, torch.finfo(similarity.dtype).min)
        losses: Tensor = functional.cross_entropy(
            similarity, _other_view(len(points)).to(points.device), reduction="none"
        )
        return LossValue(losses.view(2, -1).mean(0))


def _other_view(count: int) -> Tensor:
    return torch.arange(count).roll(count // 2)


def build(
    context: Context,
    *,
    temperature: Annotated[float, Gt(0), Search(0.05, 1, "log")] = 0.5,
    hidden: Annotated[int, Ge(1)] = 256,
    dim: Annotated[int, Ge(1)] = 128,
) -> NtXent:
    """Return -log exp(s_ij/T) / Σ_{k≠i} exp(s_ik/T) for the views i and j of a signal (Chen et al., ICML 2020, eq. 1).

    s are cosines of projected features, k runs over all 2B views of the batch. What two views share is what the
    backbone learns to keep: choose augmentations that leave an emitter's fingerprint as it is. In long-tailed
    classification, such a start narrows the gap between classes (Yang and Xu, NeurIPS 2020).

    Args:
        context: gives D.
        temperature: T.
        hidden: width of the projector's hidden layer.
        dim: dimensions in which views are compared.
    """
    if context.in_features is None:
        raise ValueError("a projector needs context.in_features")
    projector = nn.Sequential(nn.Linear(context.in_features, hidden), nn.ReLU(), nn.Linear(hidden, dim))
    return NtXent(projector, temperature)
