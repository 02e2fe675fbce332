"""Stage 1: backbone and head learn from the long-tailed signals; the frozen backbone's features are kept."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from ltsei.config.stages import Stage1
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.numerics import seeds
from ltsei.training.device import reproducible
from ltsei.training.fit import Attempt, Trained, fit_signals, outputs, sampled
from ltsei.training.inputs import PARTS, CellData
from ltsei.training.model import (
    Classifier,
    build_classifier,
    context_of_head,
    extract,
    facts,
    kept,
    prior_context,
    restore,
)


def train(
    recipe: Stage1,
    store: Store,
    split: Split,
    *,
    seed: int,
    device: torch.device,
    attempt: Attempt | None = None,
) -> Trained:
    """Return the trained classifier of one cell, and its logits."""
    data = CellData(store, split, recipe.length, recipe.normalize, device)
    rate = store.meta.sample_rate_hz
    context = prior_context(split.class_counts, signal_shape=data.signal_shape, sample_rate_hz=rate)
    with reproducible(recipe.threads, device, seeds.integer(seed, "stage1")):
        model = build_classifier(recipe.backbone, recipe.head, context, seed=seed, precision=recipe.precision)
        model.to(device)
        result = fit_signals(model, recipe, data, context, seed=seed, purpose="stage1", attempt=attempt)
        found = {part: extract(model, data.batches(part, recipe.batch_size)) for part in ("val", "test")}
    parts = {"backbone": kept(recipe.backbone, model.backbone), "head": kept(recipe.head, model.head)}
    content = {
        **parts,
        "context": facts(context_of_head(context, model.backbone)),
        "input": {"length": recipe.length, "normalize": recipe.normalize},
        "epoch": result.epoch,
    }
    logits = outputs({part: output for part, (_, output) in found.items()}, *parts.values())
    return Trained(content, result.history, logits | sampled(found["test"][0]))


def features(
    trained: Mapping[str, Any], recipe: Stage1, store: Store, split: Split, *, device: torch.device
) -> dict[str, np.ndarray]:
    """Return the features float32 [N, D] of the parts ``train``, ``val`` and ``test``, without augmentation.

    Args:
        trained: checkpoint of stage 1; its head turns these features into the logits of stage 1 to the bit.
        recipe: of that stage 1.
        store: all signals.
        split: which of them.
        device: to compute on.
    """
    data = CellData(store, split, recipe.length, recipe.normalize, device)
    with reproducible(recipe.threads, device, seed=0):
        model = Classifier(restore(trained, "backbone"), restore(trained, "head"), recipe.precision).to(device)
        return {part: extract(model, data.batches(part, recipe.batch_size))[0].cpu().numpy() for part in PARTS}
