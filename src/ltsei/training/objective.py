"""The objective of a training: the recipe's loss, class weights, sampler and augmentations, built together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

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
