"""Stage 2 on frozen features: train the head again, without signals or backbone."""

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
from ltsei.runtime.attempt import Attempt
from ltsei.training.device import reproducible
from ltsei.training.fit import FitResult, fit
from ltsei.training.model import Classifier, extract, restored_component, restored_context, stored_component
from ltsei.training.objective import build_objective
from ltsei.training.outputs import Trained, experts_of, logits_of


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
    teacher: np.ndarray | None = None,
) -> Trained:
    """Return the head of one cell, trained again, and its outputs.

    Args:
        recipe: how it is trained.
        stage1: checkpoint of stage 1.
        features: of the parts ``train``, ``val`` and ``test``, float32 [N, D].
        labels_train: of the whole training part, int64.
        split: which of these signals the parts ``train`` and ``val`` hold.
        seed: of the experiment.
        device: to compute on.
        attempt: as in `fit.fit`.
        teacher: logits of the recipe's teacher for the training signals, float32 [N, C].
    """
    context = restored_context(stage1)
    _check(features, {"train": len(split.train), "val": len(split.val)}, context)
    parts = {part: torch.from_numpy(np.array(values)).to(device) for part, values in features.items()}
    labels = {part: torch.from_numpy(labels_train[getattr(split, part)]).to(device) for part in ("train", "val")}
    data = {part: (parts[part], labels[part]) for part in labels}
    identity = checkpoint.digest(*(features[part] for part in labels), labels_train[split.train])
    options: Any = {"identity": identity, "attempt": attempt, "teacher": teacher}
    with reproducible(recipe.threads, device, seeds.integer(seed, "stage2 weights")):
        prepared = prepare(recipe, context, restored_component(stage1, "head"))
        result = _fit(prepared.head.to(device), recipe, data, context, seed, **options)
        spec, head = prepared.fold(prepared.head)
        plain = Classifier(nn.Identity(), head)
        outputs = {part: extract(plain, [parts[part]])[1] for part in ("val", "test")}
    stored = stored_component(spec, head)
    return Trained(
        {"head": stored, "context": stage1["context"], "epoch": result.epoch},
        result.history,
        logits=logits_of(outputs),
        num_parameters=stage1["backbone"]["num_parameters"] + stored["num_parameters"],
        experts=experts_of(outputs["test"]),
    )


def _fit(
    head: nn.Module,
    recipe: Stage2,
    data: Mapping[str, tuple[Tensor, Tensor]],
    context: Context,
    seed: int,
    **options: Any,
) -> FitResult:
    """Train a head on features and labels of the parts ``train`` and ``val``; `options` are further ones of `fit`."""
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
        **options,
    )


def prepare(recipe: Stage2, context: Context, head: nn.Module) -> Prepared:
    """Return the stage-1 head as the recipe's mode prepares it, with gradients for the mode's parameters alone."""
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
