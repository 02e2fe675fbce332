"""What losses that make pseudo-labels share: the views that they get, and how their term is added."""

import torch
from torch import Tensor

from ltsei.components.losses._shared import Batch, LossValue, UnlabelledViews, negative_log_likelihood, weighted_sum


def views_of(batch: Batch, training: bool) -> UnlabelledViews | None:
    """Return the views of the unlabelled signals; None in validation, which has none."""
    if batch.unlabelled is None and training:
        raise ValueError("pseudo-labels need unlabelled signals")
    return batch.unlabelled


def with_term(value: LossValue, weight: float, term: Tensor) -> LossValue:
    """Return the labelled signals' loss with the weighted term of the unlabelled ones."""
    own = LossValue(torch.zeros_like(value.per_sample), {"unlabelled": term})
    return weighted_sum([value, own], [1.0, weight])


def confident_loss(strong: Tensor, probabilities: Tensor, threshold: float) -> Tensor:
    """Return the mean over all signals of 1[max q > threshold] · H(argmax q, softmax of the strong view), [].

    Args:
        strong: logits of the strong view, [B, C].
        probabilities: q, of the weak view, without gradient, [B, C].
        threshold: strictly below the largest probability of a signal that counts, so that 1 leaves none.
    """
    confidence, labels = probabilities.max(1)
    return ((confidence > threshold) * negative_log_likelihood(strong, labels)).mean()
