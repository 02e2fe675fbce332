"""What the experts of a trained network say of the test signals, and of views of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltsei.config.recipe import Views
from ltsei.core.errors import InputError
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.numerics import seeds
from ltsei.training.device import reproducible
from ltsei.training.inputs import CellData
from ltsei.training.model import Classifier, classifier_of, extract, restored_context

VIEWS = 2
"""Random views of each signal, beside the signal as it is."""
Augment = Callable[[Tensor, torch.Generator], Tensor]


def expert_views(
    recipe: Views,
    of_backbone: Mapping[str, Any],
    of_head: Mapping[str, Any],
    store: Store,
    split: Split,
    *,
    seed: int,
    device: torch.device,
) -> np.ndarray:
    """Return the experts' logits for the test signals as they are and for two views, float32 [3, K, N, C].

    Args:
        recipe: how a view is made, and how the network computes.
        of_backbone: checkpoint with the backbone.
        of_head: checkpoint with the head.
        store: all signals.
        split: of the cell.
        seed: of the experiment.
        device: to compute on.

    Raises:
        InputError: the head has no experts.
    """
    data = CellData(store, split, device=device, **of_backbone["input"])
    context = restored_context(of_backbone)
    augmentations = [context.build("augmentations", spec) for spec in recipe.augmentations]
    generator = torch.Generator(device).manual_seed(seeds.integer(seed, "views"))
    with reproducible(recipe.threads, device, seed=0):
        model = classifier_of(of_backbone, of_head, recipe.precision).to(device)
        logits = [_expert_logits(model, data.batches("test", recipe.batch_size))]
        for _ in range(VIEWS):
            batches = _augmented(data.batches("test", recipe.batch_size), augmentations, generator)
            logits.append(_expert_logits(model, batches))
    return np.stack(logits)


def _augmented(
    batches: Iterable[Tensor], augmentations: Iterable[Augment], generator: torch.Generator
) -> Iterator[Tensor]:
    for batch in batches:
        changed = batch
        for augment in augmentations:
            changed = augment(changed, generator)
        yield changed


def _expert_logits(model: Classifier, batches: Iterable[Tensor]) -> np.ndarray:
    """Return the logits of each expert, [K, N, C]."""
    extras = extract(model, batches)[1].extras
    if "expert_logits" not in extras:
        raise InputError("head: returns no logits of single experts, expected those of the head experts")
    logits: np.ndarray = extras["expert_logits"].movedim(1, 0).cpu().numpy()
    return logits
