"""Stage 1: train backbone and head on the long-tailed signals; extract the features of the frozen backbone."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from ltsei.config.stages import Stage1
from ltsei.core.context import prior_context
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.data.unlabelled import UnlabelledStore
from ltsei.numerics import seeds
from ltsei.runtime.attempt import Attempt
from ltsei.training import pretrain
from ltsei.training.device import reproducible
from ltsei.training.fit import fit_signals
from ltsei.training.inputs import PARTS, CellData
from ltsei.training.model import (
    build_classifier,
    classifier_of,
    context_of_head,
    extract,
    stored_component,
    stored_context,
)
from ltsei.training.outputs import Trained, experts_of, logits_of, sampled


def train(
    recipe: Stage1,
    store: Store,
    split: Split,
    *,
    seed: int,
    device: torch.device,
    attempt: Attempt | None = None,
    start: Mapping[str, Any] | None = None,
    teacher: np.ndarray | None = None,
    unlabelled: UnlabelledStore | None = None,
) -> Trained:
    """Return the trained classifier of one cell, and its outputs.

    Args:
        recipe: how it is trained.
        store: all signals.
        split: which of them are training and validation.
        seed: of the experiment.
        device: to compute on.
        attempt: as in `fit.fit`.
        start: checkpoint of a pre-training.
        teacher: logits of the recipe's teacher for the training signals, float32 [N, C].
        unlabelled: the data set's unlabelled signals, for a recipe that uses them.
    """
    data = CellData(store, split, recipe.length, recipe.normalize, device, unlabelled)
    rate = store.meta.sample_rate_hz
    context = prior_context(split.class_counts, signal_shape=data.signal_shape, sample_rate_hz=rate)
    with reproducible(recipe.threads, device, seeds.integer(seed, "stage1")):
        model = build_classifier(recipe.backbone, recipe.head, context, seed=seed, precision=recipe.precision)
        digest = pretrain.load(start, model.backbone, recipe.backbone) if start else ""
        model.to(device)
        known = context_of_head(context, model.backbone)
        named: Any = {"seed": seed, "purpose": "stage1", "teacher": teacher}
        result = fit_signals(model, recipe, data, known, start=digest, attempt=attempt, **named)
        extracted = {part: extract(model, data.batches(part, recipe.batch_size)) for part in ("val", "test")}
    features, output = extracted["test"]
    backbone, head = stored_component(recipe.backbone, model.backbone), stored_component(recipe.head, model.head)
    checkpoint = {
        "backbone": backbone,
        "head": head,
        "context": stored_context(known),
        "input": {"length": recipe.length, "normalize": recipe.normalize},
        "epoch": result.epoch,
    }
    return Trained(
        checkpoint,
        result.history,
        logits=logits_of({part: each for part, (_, each) in extracted.items()}),
        num_parameters=backbone["num_parameters"] + head["num_parameters"],
        experts=experts_of(output),
        sample=sampled(features),
    )


def features(
    stage1: Mapping[str, Any], recipe: Stage1, store: Store, split: Split, *, device: torch.device
) -> dict[str, np.ndarray]:
    """Return the features float32 [N, D] of the parts ``train``, ``val`` and ``test``, without augmentation.

    Args:
        stage1: checkpoint of stage 1; its head turns these features into bit-identical logits.
        recipe: of that stage 1.
        store: all signals.
        split: which of them are training and validation.
        device: to compute on.
    """
    data = CellData(store, split, recipe.length, recipe.normalize, device)
    with reproducible(recipe.threads, device, seed=0):
        model = classifier_of(stage1, stage1, recipe.precision).to(device)
        return {part: extract(model, data.batches(part, recipe.batch_size))[0].cpu().numpy() for part in PARTS}
