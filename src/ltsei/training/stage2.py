"""Stage 2: the classifier is balanced on frozen features; signals and backbone are not needed any more."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ltsei.components.stage2_modes._shared import Prepared
from ltsei.config.stages import Stage2
from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.data.split import Split
from ltsei.numerics import seeds
from ltsei.runtime import checkpoint
from ltsei.training.device import reproducible
from ltsei.training.fit import Attempt, FitResult, Trained, fit, outputs
from ltsei.training.model import Classifier, context_of, extract, kept, restore
from ltsei.training.objective import build_objective


def train(
    recipe: Stage2,
    stage1: Mapping[str, Any],
    features: Mapping[str, np.ndarray],
    labels_train: np.ndarray,
    split: Split,
    *,
    seed: int,
    device: torch.device,
    attempt: Attempt | None = None,
) -> Trained:
    """Return the head of one cell, trained again, and its logits.

    Args:
        recipe: how it is trained.
        stage1: checkpoint of stage 1.
        features: of the parts ``train``, ``val`` and ``test``, float32 [N, D].
        labels_train: of the whole training part, which `split` indexes, int64.
        split: which signals the first two parts are.
        seed: of the experiment.
        device: to compute on.
        attempt: as in `training.fit`.
    """
    context = context_of(stage1)
    _check(features, {"train": len(split.train), "val": len(split.val)}, context)
    parts = {part: torch.from_numpy(np.array(values)).to(device) for part, values in features.items()}
    labels = {part: torch.from_numpy(labels_train[getattr(split, part)]).to(device) for part in ("train", "val")}
    data = {part: (parts[part], labels[part]) for part in labels}
    identity = checkpoint.digest(*(features[part] for part in labels), labels_train[split.train])
    with reproducible(recipe.threads, device, seeds.integer(seed, "stage2 weights")):
        prepared = prepare(recipe, context, restore(stage1, "head"))
        result = _fit(prepared.head.to(device), recipe, data, context, seed, identity, attempt)
        spec, head = prepared.fold(prepared.head)
        plain = Classifier(nn.Identity(), head)
        found = {part: extract(plain, [parts[part]])[1] for part in ("val", "test")}
    content = {"head": kept(spec, head), "context": stage1["context"], "epoch": result.epoch}
    return Trained(content, result.history, outputs(found, stage1["backbone"], content["head"]))


def _fit(
    head: nn.Module,
    recipe: Stage2,
    data: Mapping[str, tuple[Tensor, Tensor]],
    context: Context,
    seed: int,
    identity: str,
    attempt: Attempt | None,
) -> FitResult:
    """Train a head on features and labels of the parts ``train`` and ``val``."""
    inputs, labels = data["train"]
    draws = seeds.integer(seed, "stage2 draws")
    return fit(
        Classifier(nn.Identity(), head),
        inputs,
        labels,
        build_objective(recipe, context, seed=draws, device=inputs.device),
        recipe=recipe,
        seed=seed,
        purpose="stage2",
        validation=data["val"] if len(data["val"][1]) else None,
        identity=identity,
        attempt=attempt,
    )


def prepare(recipe: Stage2, context: Context, head: nn.Module) -> Prepared:
    """Return what the recipe's mode makes of the stage-1 head, with gradients for the mode's parameters alone."""
    prepared: Prepared = context.build("stage2_modes", recipe.mode)(head, recipe.head)
    prepared.head.requires_grad_(False)
    for parameter in prepared.parameters:
        parameter.requires_grad_(True)
    return prepared


def _check(features: Mapping[str, np.ndarray], counts: Mapping[str, int], context: Context) -> None:
    """Raise InputError where the features are not those of this split and stage 1."""
    for part, values in features.items():
        expected = (counts.get(part, len(values)), context.in_features)
        if values.shape != expected:
            raise InputError(f"features {part}: got shape {values.shape}, expected {expected}; run the rule features")
