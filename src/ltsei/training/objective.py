"""The objective of a training: what its recipe says about draws, mixing, loss and update, built together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.components.augmentations._shared import Guided
from ltsei.components.mixers._shared import Mixer, per_signal
from ltsei.components.samplers._shared import Sampler
from ltsei.components.updates._shared import Update
from ltsei.config.stages import Stage1
from ltsei.config.training import Training
from ltsei.core import registry
from ltsei.core.context import Context, Spec
from ltsei.training.streams import Drawn


@dataclass(frozen=True)
class Objective:
    """What a training minimises, how it draws signals, and how it steps.

    Attributes:
        loss: Batch -> LossValue.
        class_weights: progress -> weights, float64 [C].
        sampler: progress -> expected draws per class and epoch, float64 [C].
        augmentations: applied in order, (signals, generator) -> signals or guided by the class activation.
        generator: of random numbers for loss, mixer and augmentations, on the device.
        repeats_only: whether only signals drawn before in the same epoch are augmented.
        partner_sampler: of a second batch in each step; None: there is none.
        mixer: makes one batch of two; None: the batch stays as it is.
        update: where the gradient is taken, and what holds for the weights; None: the plain one.
        views: how often the loss sees each signal, augmented anew.
        sees_partner: whether the loss gets the second batch.
        labelled: whether the loss uses labels.
        unlabelled_ratio: unlabelled signals of a step for each labelled one.
        strong_augmentations: of the view of unlabelled signals that learns, after the others; none of them is guided.
    """

    loss: nn.Module
    class_weights: Callable[[float], np.ndarray]
    sampler: Sampler
    augmentations: Sequence[Callable[[Tensor, torch.Generator], Tensor] | Guided]
    generator: torch.Generator
    repeats_only: bool = False
    partner_sampler: Sampler | None = None
    mixer: Mixer | None = None
    update: Update | None = None
    views: int = 1
    sees_partner: bool = False
    labelled: bool = True
    unlabelled_ratio: int = 1
    strong_augmentations: Sequence[Callable[[Tensor, torch.Generator], Tensor]] = ()

    def augmented(self, drawn: Drawn, activation: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """Return the signals of a batch after the augmentations.

        Args:
            drawn: the batch.
            activation: of guided augmentations, (signals, labels) -> class activation [B, L].
        """
        changed = drawn.inputs
        for augment in self.augmentations:
            if isinstance(augment, Guided):
                changed = augment.change(changed, self.generator, activation(changed, drawn.labels))
            else:
                changed = augment(changed, self.generator)
        if not self.repeats_only:
            return changed
        return torch.where(per_signal(drawn.repeated, changed), changed, drawn.inputs)

    def strengthened(self, signals: Tensor) -> Tensor:
        """Return augmented signals after the strong augmentations."""
        for augment in self.strong_augmentations:
            signals = augment(signals, self.generator)
        return signals

    def begin_epoch(self, progress: float) -> None:
        """Tell the loss, and every module in it, that an epoch begins."""
        for module in self.loss.modules():
            if callable(begin := getattr(module, "begin_epoch", None)):
                begin(progress)


def build_objective(
    recipe: Training, context: Context, *, seed: int, device: torch.device, augmentations: Sequence[Spec] = ()
) -> Objective:
    """Return the objective of a recipe on a device; its parts know the sampler's class probabilities."""
    strong, ratio = (recipe.strong_augmentations, recipe.unlabelled_ratio) if isinstance(recipe, Stage1) else ([], None)
    sampler: Sampler = context.build("samplers", recipe.sampler)
    generator = torch.Generator(device).manual_seed(seed)

    def class_probabilities(progress: float) -> np.ndarray:
        draws = sampler(progress)
        return np.asarray(draws / draws.sum())

    informed = replace(context, class_probabilities=class_probabilities, generator=generator)
    with torch.random.fork_rng(devices=[]):  # a loss may have layers, which know only the global generator
        torch.default_generator.manual_seed(seed)
        loss = informed.build("losses", recipe.loss).to(device)
    return Objective(
        loss=loss,
        class_weights=informed.build("class_weights", recipe.class_weights),
        sampler=sampler,
        augmentations=[informed.build("augmentations", spec) for spec in augmentations],
        generator=generator,
        repeats_only=recipe.augment == "repeats",
        partner_sampler=_built(informed, "samplers", recipe.partner_sampler),
        mixer=_built(informed, "mixers", recipe.mixer),
        update=_built(informed, "updates", recipe.update),
        views=registry.most_declared("losses", recipe.loss, "VIEWS", 1),
        labelled=not registry.most_declared("losses", recipe.loss, "LABEL_FREE", False),
        unlabelled_ratio=ratio or 1,
        strong_augmentations=[informed.build("augmentations", spec) for spec in strong],
        sees_partner=registry.most_declared("losses", recipe.loss, "PARTNER", False),
    )


def _built(context: Context, family: str, spec: Spec | None) -> Any:
    return None if spec is None else context.build(family, spec)
