"""Stage 2 where the backbone moves: fine-tuning, or batch-normalisation statistics that go on being updated."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from ltsei.components.stage2_modes._shared import Prepared
from ltsei.config.stages import Stage2
from ltsei.core.context import Context
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.numerics import seeds
from ltsei.runtime import checkpoint
from ltsei.training.device import reproducible
from ltsei.training.fit import Attempt, Trained, fit_signals, outputs, sampled
from ltsei.training.inputs import PARTS, CellData
from ltsei.training.model import Classifier, TunedClassifier, context_of, extract, kept, restore
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
) -> tuple[Trained, dict[str, np.ndarray]]:
    """Return the classifier of one cell, trained on, and its features float32 [N, D] of each part.

    Args:
        recipe: how it is trained.
        stage1: checkpoint of stage 1, whose signals are prepared the same way here.
        store: all signals.
        split: which of them.
        seed: of the experiment.
        device: to compute on.
        attempt: as in `training.fit`.
    """
    data = CellData(store, split, device=device, **stage1["input"])
    context = context_of(stage1)
    with reproducible(recipe.threads, device, seeds.integer(seed, "stage2 weights")):
        model, prepared = assemble(recipe, context, restore(stage1, "backbone"), restore(stage1, "head"))
        start = checkpoint.digest(*_weights(stage1))
        model.to(device)
        result = fit_signals(model, recipe, data, context, seed=seed, purpose="stage2", start=start, attempt=attempt)
        spec, head = prepared.fold(model.head)
        plain = Classifier(model.backbone, head, recipe.precision)
        found = {part: extract(plain, data.batches(part, recipe.batch_size)) for part in PARTS}
    content = {
        "backbone": kept(stage1["backbone"]["spec"], model.backbone),
        "head": kept(spec, head),
        "context": stage1["context"],
        "input": stage1["input"],
        "epoch": result.epoch,
    }
    logits = outputs({part: found[part][1] for part in ("val", "test")}, content["backbone"], content["head"])
    trained = Trained(content, result.history, logits | sampled(found["test"][0]))
    return trained, {part: values.cpu().numpy() for part, (values, _) in found.items()}


def assemble(
    recipe: Stage2, context: Context, backbone: nn.Module, head: nn.Module
) -> tuple[TunedClassifier, Prepared]:
    """Return the classifier that the recipe trains from a stage 1, and what its mode made of the head.

    Args:
        recipe: of the stage.
        context: of the head.
        backbone: of stage 1, which the classifier takes over.
        head: likewise.
    """
    prepared = prepare(recipe, context, head)
    tuned = prepared.tunes_backbone
    model = TunedClassifier(backbone, prepared.head, recipe.precision, tuned=tuned, bn=recipe.bn)
    model.head_lr_factor = prepared.lr_factor
    return model, prepared


def _weights(trained: Mapping[str, Any]) -> list[np.ndarray]:
    """Return the weights that training starts from: a state is not gone on with after stage 1 was trained again."""
    return [tensor.numpy() for part in ("backbone", "head") for tensor in trained[part]["state"].values()]
