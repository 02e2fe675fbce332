"""What contrastive losses share: projection to the sphere, the likelihood of positives, views as one batch."""

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.losses._shared import Batch, LossValue, negative_log_likelihood, widen
from ltsei.core.context import Context


class Projector(nn.Module):
    """A perceptron with one hidden layer or more, whose output has length 1."""

    def __init__(self, *widths: int, norm: bool = False) -> None:
        """Make layers from the first to the last width; `norm` puts batch normalisation before each ReLU."""
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in pairwise(widths[:-1]):
            layers += [nn.Linear(before, after)]
            layers += [nn.BatchNorm1d(after, track_running_stats=False)] if norm else []
            layers += [nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Linear(widths[-2], widths[-1]))

    def forward(self, features: Tensor) -> Tensor:
        """Return unit vectors, at least float32, of features; all axes but the last are kept."""
        projected: Tensor = self.layers(widen(features).flatten(0, -2))
        return functional.normalize(projected, dim=-1).view(*features.shape[:-1], -1)


class ClassSums(nn.Module):
    """Sums of vectors of each class, over the last epoch and the present one.

    Attributes:
        last: sums over the last epoch, float64 [C, D].
        last_counts: numbers of their vectors, float64 [C].
        present: sums over the present epoch so far, float64 [C, D].
        present_counts: numbers of their vectors, float64 [C].
    """

    last: Tensor
    last_counts: Tensor
    present: Tensor
    present_counts: Tensor

    def __init__(self, num_classes: int, width: int) -> None:
        super().__init__()
        for epoch in ("last", "present"):
            self.register_buffer(epoch, torch.zeros(num_classes, width, dtype=torch.float64))
            self.register_buffer(f"{epoch}_counts", torch.zeros(num_classes, dtype=torch.float64))

    def begin_epoch(self, progress: float) -> None:
        """Make the present epoch the last one, and begin a new one."""
        self.last.copy_(self.present)
        self.last_counts.copy_(self.present_counts)
        self.present.zero_()
        self.present_counts.zero_()

    @torch.no_grad()
    def add(self, vectors: Tensor, labels: Tensor) -> None:
        """Add vectors [N, D] of the present epoch."""
        members = functional.one_hot(labels, len(self.present)).to(self.present)
        self.present += members.T @ vectors.to(self.present)
        self.present_counts += members.sum(0)


def features_of(context: Context) -> int:
    """Return D, which a training always puts into the context of its loss."""
    if context.in_features is None:
        raise ValueError("a loss with a projector needs context.in_features")
    return context.in_features


def contrast(scores: Tensor, positives: Tensor, offsets: Tensor) -> Tensor:
    """Return -Σ_j p_j (s_j - log Σ_k exp(s_k + o_k)) / Σ_j p_j for each anchor, [A]; 0 for one without positives.

    Args:
        scores: s, of each anchor with each candidate, [A, N], finite.
        positives: p ≥ 0, how much each candidate counts as a positive, [A, N].
        offsets: o, of each candidate in the denominator, broadcast to [A, N]; -inf leaves it out.
    """
    likelihoods = scores - torch.logsumexp(scores + offsets, 1, keepdim=True)
    total = positives.sum(1)
    return -(positives * likelihoods).sum(1) / torch.where(total > 0, total, 1)


def positives_of(labels: Tensor, anchors: int) -> tuple[Tensor, Tensor]:
    """Return which candidates are other signals of an anchor's class, float32 [A, N], or itself, bool [A, N].

    Args:
        labels: of the candidates, int64 [N].
        anchors: A, how many of these, the first ones, are anchors.
    """
    itself = torch.eye(anchors, len(labels), dtype=torch.bool, device=labels.device)
    same_class = labels[:anchors, None] == labels
    return (same_class & ~itself).float(), itself


def supervised_contrast(projected: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Return the supervised contrastive loss of each signal, the mean over its views, [B].

    For an anchor z_i with the other views of its class P(i): -1/|P(i)| Σ_{p in P(i)} log [exp(z_i·z_p / τ) /
    Σ_{a ≠ i} exp(z_i·z_a / τ)] (Khosla et al., NeurIPS 2020, eq. 2).

    Args:
        projected: unit vectors of all views, [V, B, P].
        labels: int64 [B].
        temperature: τ.
    """
    rows, labels = one_batch(projected, labels)
    positives, itself = positives_of(labels, len(labels))
    offsets = torch.zeros_like(positives).masked_fill(itself, -math.inf)
    return over_views(contrast(rows @ rows.T / temperature, positives, offsets), len(projected))


def one_batch(views: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return the rows of all views [V, B, ...] one after the other, [V · B, ...], and their labels."""
    return views.flatten(0, 1), labels.repeat(len(views))


def over_views(losses: Tensor, views: int) -> Tensor:
    """Return the mean over the views of each signal, [B], of losses in the order of `one_batch`."""
    return losses.view(views, -1).mean(0)


def prototypes(context: Context, projection: int) -> nn.Parameter:
    """Return one random unit vector for each class, [C, P]."""
    return nn.Parameter(functional.normalize(torch.randn(context.num_classes, projection), dim=1))


def hybrid(batch: Batch, contrastive: Tensor) -> LossValue:
    """Return α times the contrastive loss [B], and 1 - α times the cross-entropy of the partner batch as a term.

    α = 1 - t² with the progress t (Wang et al., CVPR 2021).
    """
    assert batch.partner is not None
    alpha = 1 - batch.progress**2
    classifier = negative_log_likelihood(batch.partner.logits, batch.partner.labels).mean()
    return LossValue(alpha * contrastive, {"classifier": (1 - alpha) * classifier})
