"""The training step: what one batch adds to the gradient.

Who decides what in a step is described in docs/architecture.md.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ltsei.components.losses._shared import Batch, LossValue
from ltsei.training.forward import Presented, asked_for, presented
from ltsei.training.model import Classifier
from ltsei.training.objective import Objective
from ltsei.training.streams import Drawn

Share = Tensor | float


class Weighted(NamedTuple):
    """One label of each signal [B], the loss against it, and its weight: class weight times share of the label [B]."""

    labels: Tensor
    value: LossValue
    weights: Tensor


def add_gradient(
    model: Classifier,
    objective: Objective,
    drawn: Sequence[Drawn],
    class_weights: Tensor,
    progress: float,
    reduction: str,
    shares: tuple[Share, Share],
    factors: Tensor | None = None,
) -> dict[str, Tensor]:
    """Add the gradient of one batch to the parameters and return the batch's records, scalars on the device.

    Args:
        model: in training mode.
        objective: loss, mixer, augmentations and their random numbers.
        drawn: the batch of the recipe's sampler, and that of its partner sampler where it has one.
        class_weights: float32 [C].
        progress: of the training, in [0, 1].
        reduction: as in `reduced`.
        shares: of the batch in its step (`step_shares`).
        factors: of the loss of each class, float32 [C], without the terms; they change the gradient, not the records.
    """
    output = presented(model, objective, drawn, progress)
    asked = asked_for(model, objective, drawn, output, progress)
    parts = _losses(objective, output, class_weights, {"progress": progress} | asked)
    loss = reduced(parts, reduction)
    shared = loss if shares == (1.0, 1.0) and factors is None else reduced(parts, reduction, shares, factors)
    shared.backward()  # type: ignore[no-untyped-call]
    terms = {f"train_{name}": term for name, term in parts[0].value.terms.items()}
    records = {"train_loss": loss, **terms, **({"train_accuracy": _accuracy(output)} if objective.labelled else {})}
    return {name: record.detach() for name, record in records.items()}


def _losses(objective: Objective, output: Presented, class_weights: Tensor, known: dict[str, Any]) -> list[Weighted]:
    """Return the losses of a batch against each of its labels; `known` are further fields of `Batch`."""
    features, (logits, extras), labels, teachers, shares = output
    parts = []
    for number, (each, teacher) in enumerate(zip(labels, teachers, strict=True)):
        value = objective.loss(Batch(logits, each, features, extras, teacher=teacher, **known))
        weights = class_weights[each]
        parts.append(Weighted(each, value, weights * shares[number] if shares else weights))
    return parts


def _accuracy(output: Presented) -> Tensor:
    """Return the share of the labels that the network predicts, over the batch."""
    predicted = output.output.logits.argmax(1)
    hits = [(predicted == labels).float() for labels in output.labels]
    if not output.shares:
        return hits[0].mean()
    return torch.stack([share * hit for share, hit in zip(output.shares, hits, strict=True)]).sum(0).mean()


def reduced(
    parts: Sequence[Weighted],
    reduction: str,
    shares: tuple[Share, Share] = (1.0, 1.0),
    factors: Tensor | None = None,
) -> Tensor:
    """Return Σ w ℓ / Σ w (``weighted_mean``) or Σ w ℓ / B (``batch_mean``), plus the named terms.

    The sums are over signals and over the labels of each. In a step that accumulates several batches, both summands
    are multiplied by the batch's `shares` (`step_shares`).

    Args:
        parts: for each label of the signals, their losses and weights.
        reduction: how losses are averaged.
        shares: of the batch in its step.
        factors: of the loss of each class, which do not count in Σ w; with them, the terms are left out.
    """
    weighted = [each.weights if factors is None else each.weights * factors[each.labels] for each in parts]
    total = _sum([torch.dot(weights, each.value.per_sample) for weights, each in zip(weighted, parts, strict=True)])
    sizes = _sum([each.weights.sum() for each in parts]) if reduction == "weighted_mean" else len(weighted[0])
    terms = parts[0].value.terms.values() if factors is None else ()
    return sum((shares[1] * term for term in terms), shares[0] * total / sizes)


def _sum(tensors: Sequence[Tensor]) -> Tensor:
    """Return the sum of one or more tensors; a single one is returned as it is."""
    return sum(tensors[1:], tensors[0])


def step_shares(rows: slice, step: Sequence[slice], weights: Tensor, reduction: str) -> tuple[Share, Share]:
    """Return the shares of one batch in the loss and in the named terms of a step.

    With these the losses of the step's batches add up to the loss of all its signals as one batch.

    Args:
        rows: of the batch in the epoch.
        step: rows of the step's batches, consecutive.
        weights: of the epoch's signals, [N]; of mixed signals, those of the first label.
        reduction: as in `reduced`.
    """
    if len(step) == 1:
        return 1.0, 1.0
    whole = slice(step[0].start, step[-1].stop)
    size = (rows.stop - rows.start) / (whole.stop - whole.start)
    return (weights[rows].sum() / weights[whole].sum() if reduction == "weighted_mean" else size), size
