"""The objective of a training: the recipe's loss, class weights, sampler and augmentations, built together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.components.losses._shared import LossValue
from ltsei.components.samplers._shared import Sampler
from ltsei.config.stages import Training
from ltsei.core.context import Context, Spec


@dataclass(frozen=True)
class Objective:
    """What a training minimises, and how it draws signals.

    Attributes:
        loss: Batch -> LossValue.
        class_weights: progress -> weights, float64 [C].
        sampler: progress -> expected draws per class and epoch, float64 [C].
        augmentations: applied in order, (signals, generator) -> signals.
        generator: of random numbers for the loss and the augmentations, on the device.
    """

    loss: nn.Module
    class_weights: Callable[[float], np.ndarray]
    sampler: Sampler
    augmentations: Sequence[Callable[[Tensor, torch.Generator], Tensor]]
    generator: torch.Generator


def build_objective(
    recipe: Training, context: Context, *, seed: int, device: torch.device, augmentations: Sequence[Spec] = ()
) -> Objective:
    """Return the objective of a recipe on a device; its parts know the sampler's class probabilities."""
    sampler: Sampler = context.build("samplers", recipe.sampler)
    generator = torch.Generator(device).manual_seed(seed)

    def class_probabilities(progress: float) -> np.ndarray:
        draws = sampler(progress)
        return np.asarray(draws / draws.sum())

    informed = replace(context, class_probabilities=class_probabilities, generator=generator)
    return Objective(
        loss=informed.build("losses", recipe.loss).to(device),
        class_weights=informed.build("class_weights", recipe.class_weights),
        sampler=sampler,
        augmentations=[informed.build("augmentations", spec) for spec in augmentations],
        generator=generator,
    )


Share = Tensor | float


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
