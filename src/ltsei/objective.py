"""What a training minimises: the recipe's loss, class weights, draws and augmentations, built together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.components import Context, Spec
from ltsei.losses._shared import LossValue
from ltsei.samplers._shared import Sampler
from ltsei.settings import Training


@dataclass(frozen=True)
class Objective:
    """What a training minimises, and on which draws.

    Attributes:
        loss: Batch -> LossValue.
        class_weights: progress -> weights, float64 [C].
        sampler: progress -> expected draws per class and epoch, float64 [C].
        augmentations: applied in order, (signals, generator) -> signals.
        generator: of whatever the loss and the augmentations draw, on the device.
    """

    loss: nn.Module
    class_weights: Callable[[float], np.ndarray]
    sampler: Sampler
    augmentations: Sequence[Callable[[Tensor, torch.Generator], Tensor]]
    generator: torch.Generator


def build_objective(
    recipe: Training, context: Context, *, seed: int, device: torch.device, augmentations: Sequence[Spec] = ()
) -> Objective:
    """Return the objective of a recipe on a device; its parts learn from their context how the sampler draws."""
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


def reduced(value: LossValue, weights: Tensor, reduction: str) -> Tensor:
    """Return Σ w ℓ / Σ w (``weighted_mean``) or Σ w ℓ / B (``batch_mean``), plus the named terms, for weights w [B]."""
    divisor = weights.sum() if reduction == "weighted_mean" else len(weights)
    return sum(value.terms.values(), torch.dot(weights, value.per_sample) / divisor)
