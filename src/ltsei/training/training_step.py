"""The training step: what one batch of signals adds to the gradient."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ltsei.components.losses._shared import Batch, LossValue
from ltsei.training.model import Classifier
from ltsei.training.objective import Objective

Share = Tensor | float


def add_gradient(
    model: Classifier,
    objective: Objective,
    inputs: Tensor,
    labels: Tensor,
    weights: Tensor,
    progress: float,
    reduction: str,
    shares: tuple[Share, Share],
) -> dict[str, Tensor]:
    """Add the gradient of one batch to the parameters and return the batch's records, scalars on the device.

    Args:
        model: in training mode.
        objective: loss, augmentations and their random numbers.
        inputs: signals or features, before augmentation, [B, ...].
        labels: int64 [B].
        weights: class weight of each signal, float32 [B].
        progress: of the training, in [0, 1].
        reduction: as in `reduced`.
        shares: of the batch in its step (`step_shares`).
    """
    for augment in objective.augmentations:
        inputs = augment(inputs, objective.generator)
    features, output = model(inputs)
    value = objective.loss(Batch(output.logits, labels, features, output.extras, progress))
    loss = reduced(value, weights, reduction)
    shared = loss if shares == (1.0, 1.0) else reduced(value, weights, reduction, shares)
    shared.backward()  # type: ignore[no-untyped-call]
    terms = {f"train_{name}": term for name, term in value.terms.items()}
    accuracy = (output.logits.argmax(1) == labels).float().mean()
    return {name: record.detach() for name, record in {"train_loss": loss, **terms, "train_accuracy": accuracy}.items()}


def reduced(value: LossValue, weights: Tensor, reduction: str, shares: tuple[Share, Share] = (1.0, 1.0)) -> Tensor:
    """Return Σ w ℓ / Σ w (``weighted_mean``) or Σ w ℓ / B (``batch_mean``), plus the named terms, for weights w [B].

    In a step that accumulates several batches, both are multiplied by the batch's `shares` (`step_shares`).
    """
    divisor = weights.sum() if reduction == "weighted_mean" else len(weights)
    terms = (shares[1] * term for term in value.terms.values())
    return sum(terms, shares[0] * torch.dot(weights, value.per_sample) / divisor)


def step_shares(rows: slice, step: Sequence[slice], weights: Tensor, reduction: str) -> tuple[Share, Share]:
    """Return the shares of one batch in the loss and in the named terms of a step.

    With these the losses of the step's batches add up to the loss of all its signals as one batch.

    Args:
        rows: of the batch in the epoch.
        step: rows of the step's batches, consecutive.
        weights: of the epoch's signals, [N].
        reduction: as in `reduced`.
    """
    if len(step) == 1:
        return 1.0, 1.0
    whole = slice(step[0].start, step[-1].stop)
    size = (rows.stop - rows.start) / (whole.stop - whole.start)
    return (weights[rows].sum() / weights[whole].sum() if reduction == "weighted_mean" else size), size
