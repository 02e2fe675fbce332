"""Stage 2 where the backbone changes: fine-tuning, or batch-normalisation statistics that are still updated."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from ltsei.components.heads._shared import HeadOutput
from ltsei.components.stage2_modes._shared import Prepared
from ltsei.config.stages import Stage2
from ltsei.core.context import Context
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.numerics import seeds
from ltsei.runtime import checkpoint
from ltsei.runtime.attempt import Attempt
from ltsei.training.device import reproducible
from ltsei.training.fit import FitResult, fit_signals
from ltsei.training.inputs import PARTS, CellData
from ltsei.training.model import (
    Classifier,
    TunedClassifier,
    extract,
    restored_component,
    restored_context,
    stored_component,
)
from ltsei.training.outputs import Trained, experts_of, logits_of, sampled
from ltsei.training.stage2 import prepare


def train(
    recipe: Stage2,
    stage1: Mapping[str, Any],
    store: Store,
    split: Split,
    *,
    seed: int,
    device: torch.device,
    attempt: Attempt | None = None,
    teacher: np.ndarray | None = None,
) -> tuple[Trained, dict[str, np.ndarray]]:
    """Return the classifier of one cell, trained further, and its features float32 [N, D] of each part.

    Args:
        recipe: how it is trained.
        stage1: checkpoint of stage 1, whose preprocessing is used here too.
        store: all signals.
        split: which of them.
        seed: of the experiment.
        device: to compute on.
        attempt: as in `fit.fit`.
        teacher: logits of the recipe's teacher for the training signals, float32 [N, C].
    """
    data = CellData(store, split, device=device, **stage1["input"])
    context = restored_context(stage1)
    with reproducible(recipe.threads, device, seeds.integer(seed, "stage2 weights")):
        model, prepared = assemble(
            recipe, context, restored_component(stage1, "backbone"), restored_component(stage1, "head")
        )
        start = checkpoint.digest(*_weights(stage1))
        model.to(device)
        named: Any = {"seed": seed, "purpose": "stage2", "teacher": teacher}
        result = fit_signals(model, recipe, data, context, start=start, attempt=attempt, **named)
        spec, head = prepared.fold(model.head)
        plain = Classifier(model.backbone, head, recipe.precision)
        extracted = {part: extract(plain, data.batches(part, recipe.batch_size)) for part in PARTS}
    backbone, stored = stored_component(stage1["backbone"]["spec"], model.backbone), stored_component(spec, head)
    trained = _trained(stage1, backbone, stored, result, extracted)
    return trained, {part: values.cpu().numpy() for part, (values, _) in extracted.items()}


def _trained(
    stage1: Mapping[str, Any],
    backbone: dict[str, Any],
    head: dict[str, Any],
    result: FitResult,
    extracted: Mapping[str, tuple[torch.Tensor, HeadOutput]],
) -> Trained:
    """Return what is stored of a training: its parts and history, logits, and features of some test signals."""
    features, outputs = extracted["test"]
    return Trained(
        {
            "backbone": backbone,
            "head": head,
            "epoch": result.epoch,
            **{key: stage1[key] for key in ("context", "input")},
        },
        result.history,
        logits=logits_of({part: extracted[part][1] for part in ("val", "test")}),
        num_parameters=backbone["num_parameters"] + head["num_parameters"],
        experts=experts_of(outputs),
        sample=sampled(features),
    )


def assemble(
    recipe: Stage2, context: Context, backbone: nn.Module, head: nn.Module
) -> tuple[TunedClassifier, Prepared]:
    """Return the classifier that the recipe trains after stage 1, and the head as its mode prepares it.

    Args:
        recipe: of the stage.
        context: of the head.
        backbone: of stage 1; the classifier takes it over.
        head: of stage 1; the mode prepares it.
    """
    prepared = prepare(recipe, context, head)
    tuned = prepared.tunes_backbone
    model = TunedClassifier(backbone, prepared.head, recipe.precision, tuned=tuned, bn=recipe.bn)
    model.head_lr_factor = prepared.lr_factor
    return model, prepared


def _weights(trained: Mapping[str, Any]) -> list[np.ndarray]:
    """Return the initial weights: a state saved from others, before stage 1 was trained again, must not be resumed."""
    return [tensor.numpy() for part in ("backbone", "head") for tensor in trained[part]["state"].values()]
