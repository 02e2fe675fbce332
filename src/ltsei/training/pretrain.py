"""Pre-training: a backbone on the long-tailed signals without their labels, for stage 1 to start from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from ltsei.config.stages import Pretraining
from ltsei.core import files
from ltsei.core.context import prior_context
from ltsei.core.errors import InputError
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.numerics import seeds
from ltsei.runtime import checkpoint
from ltsei.runtime.attempt import Attempt
from ltsei.training.device import reproducible
from ltsei.training.fit import fit_signals
from ltsei.training.inputs import CellData
from ltsei.training.model import build_classifier, context_of_head, stored_component, stored_context

HEAD = {"name": "linear"}
"""Completes the network; a loss without labels leaves it as it starts."""


@dataclass(frozen=True)
class Pretrained:
    """A backbone, and the history of its training, a row per epoch."""

    checkpoint: dict[str, Any]
    history: list[dict[str, Any]]

    def write(self, paths: Any) -> None:
        """Write both to the paths that `paths` names for them; equal trainings give equal bytes."""
        checkpoint.save(paths.model, self.checkpoint)
        files.write_csv(paths.history, list(self.history[0]), self.history)


def train(
    recipe: Pretraining,
    store: Store,
    split: Split,
    *,
    seed: int,
    device: torch.device,
    attempt: Attempt | None = None,
) -> Pretrained:
    """Return a backbone trained on the training signals of one cell; neither labels nor validation signals matter."""
    data = CellData(store, split, recipe.length, recipe.normalize, device)
    rate = store.meta.sample_rate_hz
    context = prior_context(split.class_counts, signal_shape=data.signal_shape, sample_rate_hz=rate)
    with reproducible(recipe.threads, device, seeds.integer(seed, "pretrain")):
        model = build_classifier(recipe.backbone, HEAD, context, seed=seed, precision=recipe.precision)
        model.head.requires_grad_(False)
        model.to(device)
        known = context_of_head(context, model.backbone)
        named: Any = {"seed": seed, "purpose": "pretrain"}
        result = fit_signals(model, recipe, data, known, validate=False, attempt=attempt, **named)
    stored = {"backbone": stored_component(recipe.backbone, model.backbone), "context": stored_context(known)}
    return Pretrained(stored, result.history)


def read(paths: Sequence[str]) -> dict[str, Any] | None:
    """Return the checkpoint of the one path there is; None where stage 1 starts anew."""
    return checkpoint.load(paths[0]) if paths else None


def load(start: Mapping[str, Any], backbone: torch.nn.Module, spec: Mapping[str, Any]) -> str:
    """Give a backbone the pre-trained weights, and return a digest of these.

    Raises:
        InputError: they are those of another backbone.
    """
    trained = start["backbone"]
    if trained["spec"] != spec:
        raise InputError(f"backbone: got {spec}, expected that of the pre-training, {trained['spec']}")
    backbone.load_state_dict(trained["state"])
    return checkpoint.digest(*(tensor.numpy() for tensor in trained["state"].values()))
