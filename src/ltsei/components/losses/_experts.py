"""What the losses of several experts share: each expert's batch, and the priors that they assume."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from torch import Tensor

from ltsei.components.losses._shared import Batch, widen

LOGITS = "expert_logits"
"""The name under which the head `experts` returns the logits of each, [B, E, C]."""


def expert_logits(batch: Batch) -> Tensor:
    """Return the logits of each expert in at least float32, [E, B, C]."""
    return widen(batch.extras[LOGITS]).movedim(1, 0)


def expert_batches(batch: Batch, logits: Tensor) -> Iterator[Batch]:
    """Yield the batch as each expert sees it, with its logits out of [E, B, C]."""
    extras = {name: value for name, value in batch.extras.items() if name != LOGITS}
    for each in logits:
        yield replace(batch, logits=each, extras=extras)


def inverse_prior(class_counts: np.ndarray) -> np.ndarray:
    """Return the prior in reversed order, float64 [C]: the rarest class gets the share of the most frequent one.

    Classes of equal frequency share the mean of their values.
    """
    prior = class_counts / class_counts.sum()
    _, rank, ties = np.unique(prior, return_inverse=True, return_counts=True)
    descending = np.sort(prior)[::-1]
    means = np.add.reduceat(descending, np.concatenate([[0], np.cumsum(ties)[:-1]])) / ties
    return np.asarray(means[rank])
