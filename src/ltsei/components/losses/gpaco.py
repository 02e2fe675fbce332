"""Generalized parametric contrastive loss."""

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
EMPTY = -1
"""The label of a place in the queue that no signal has taken yet."""


class Queue(nn.Module):
    """The latest projections and their labels.

    Attributes:
        projections: [K, P].
        labels: int64 [K], `EMPTY` where there is none yet.
        position: of the oldest one, int64 [].
    """

    projections: Tensor
    labels: Tensor
    position: Tensor

    def __init__(self, length: int, width: int) -> None:
        super().__init__()
        self.register_buffer("projections", torch.zeros(length, width))
        self.register_buffer("labels", torch.full((length,), EMPTY))
        self.register_buffer("position", torch.tensor(0))

    @torch.no_grad()
    def push(self, projections: Tensor, labels: Tensor) -> None:
        """Put projections [B, P] in the place of the oldest ones; of more than K, the last K."""
        length = len(self.labels)
        projections, labels = projections[-length:], labels[-length:]
        places = (self.position + torch.arange(len(labels), device=labels.device)) % length
        self.projections[places] = projections.to(self.projections)
        self.labels[places] = labels
        self.position.add_(len(labels)).remainder_(length)


class Gpaco(nn.Module):
    """A contrast of each view with learned class centres, the batch and a queue of earlier projections.

    Attributes:
        log_prior: [C].
    """

    log_prior: Tensor

    def __init__(
        self, projector: Projector, queue: Queue, prior: Tensor, temperature: float, alpha: float, gamma: float
    ) -> None:
        super().__init__()
        self.projector, self.queue = projector, queue
        self.temperature, self.alpha, self.log_gamma = temperature, alpha, math.log(gamma) if gamma else -math.inf
        self.register_buffer("log_prior", prior, persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal; in validation the logit-adjusted cross-entropy."""
        if batch.views is None or batch.view_logits is None:
            return LossValue(negative_log_likelihood(widen(batch.logits) + self.log_prior, batch.labels))
        rows, labels = one_batch(self.projector(batch.views), batch.labels)
        to_centres = widen(batch.view_logits).flatten(0, 1) + self.log_prior
        losses = contrast(*self._candidates(rows, labels, to_centres))
        if self.training:
            self.queue.push(rows[-len(batch.labels) :], batch.labels)
        return LossValue(over_views(losses, len(batch.views)))

    def _candidates(self, rows: Tensor, labels: Tensor, to_centres: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return scores, positives and offsets for each row, [V · B, C + V · B + K]."""
        others = torch.cat([rows, self.queue.projections.clone()])
        other_labels = torch.cat([labels, self.queue.labels])
        positives, itself = positives_of(other_labels, len(rows))
        unusable = itself | (other_labels == EMPTY)
        offsets = torch.full_like(positives, self.log_gamma).masked_fill(unusable, -math.inf)
        own = functional.one_hot(labels, to_centres.shape[1]).to(rows.dtype)
        return (
            torch.cat([to_centres, rows @ others.T / self.temperature], 1),
            torch.cat([own, self.alpha * positives], 1),
            torch.cat([torch.zeros_like(own), offsets], 1),
        )


def build(
    context: Context,
    *,
    temperature: Annotated[float, Gt(0), Search(0.05, 0.5, "log")] = 0.05,
    projection: Annotated[int, Gt(1)] = 32,
    queue: Annotated[int, Gt(0)] = 1024,
    alpha: Annotated[float, Ge(0), Search(0.005, 0.5, "log")] = 0.01,
    gamma: Annotated[float, Ge(0)] = 1.0,
) -> Gpaco:
    """Return the GPaCo loss (Cui et al., TPAMI 2023; PaCo: Cui et al., ICCV 2021).

    The candidates of an anchor are the centres of all classes, the other signals of both views, and the `queue` latest
    projections of second views. Centres are the classifier: their scores are its logits plus the log-prior, with weight
    1 as a positive. Signals have scores z·z' / τ, and those of the anchor's class weight alpha. The loss is the mean of
    -log softmax over the positives, by weight. With ``alpha: 0`` and ``gamma: 0`` it is logit-adjusted cross-entropy of
    both views. Values are those of PaCo's script for CIFAR-100-LT.
    Deviation: PaCo takes queue and keys from a moving average of the network; this loss, like GPaCo, has none.
    Deviation: the authors fill the queue with random vectors at first; here it is empty.

    Args:
        context: gives the number of features and the class counts.
        temperature: τ of the signals.
        projection: size of the vectors that are compared; the perceptron before them has two hidden layers of D units.
        queue: number of earlier projections.
        alpha: weight of each signal of the same class as a positive.
        gamma: weight of the signals in the denominator; 0 leaves them out.
    """
    width = features_of(context)
    projector = Projector(width, width, width, projection)
    return Gpaco(
        projector, Queue(queue, projection), constant(log_prior(context.class_counts)), temperature, alpha, gamma
    )
