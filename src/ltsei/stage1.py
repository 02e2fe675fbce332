"""Stage 1: backbone and head learn from the long-tailed signals; the frozen backbone's features are kept."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from ltsei import checkpoint, execution, files, seeds, transforms
from ltsei.components import Context
from ltsei.longtail import Split
from ltsei.model import Classifier, build_classifier, extract, facts, kept, prior_context, restore
from ltsei.objective import build_objective
from ltsei.settings import Stage1
from ltsei.signals import Store
from ltsei.training import Attempt, FitResult, Trained, fit

log = logging.getLogger(__name__)


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
    context = _context(recipe, store, split)
    with execution.reproducible(recipe.threads, device, seeds.integer(seed, "stage1")):
        model = build_classifier(recipe.backbone, recipe.head, context, seed=seed, precision=recipe.precision)
        model.to(device)
        result = _fit(model, recipe, store, split, context, seed, device, attempt)
        parts = _parts(recipe, store, split, device)
        logits = {part: extract(model, parts[part])[1].logits.cpu().numpy() for part in ("val", "test")}
    content = {
        "backbone": kept(recipe.backbone, model.backbone),
        "head": kept(recipe.head, model.head),
        "context": facts(context, cast(int, model.backbone.out_features)),
        "epoch": result.epoch,
    }
    return Trained(content, result.history, logits)


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
    with execution.reproducible(recipe.threads, device, seed=0):
        model = Classifier(restore(trained, "backbone"), restore(trained, "head"), recipe.precision).to(device)
        parts = _parts(recipe, store, split, device)
        return {part: extract(model, batches)[0].cpu().numpy() for part, batches in parts.items()}


def write_features(found: Mapping[str, np.ndarray], *, train: str | Path, val: str | Path, test: str | Path) -> None:
    """Write the three parts as .npy files."""
    for part, path in {"train": train, "val": val, "test": test}.items():
        with files.atomic(path) as temporary, temporary.open("wb") as file:
            np.save(file, found[part])


def _fit(
    model: Classifier,
    recipe: Stage1,
    store: Store,
    split: Split,
    context: Context,
    seed: int,
    device: torch.device,
    attempt: Attempt | None,
) -> FitResult:
    """Train on signals which lie on the device for as long as this takes."""

    def resident(indices: np.ndarray) -> tuple[Tensor, Tensor]:
        inputs = transforms.prepare(store.train_signals, indices, recipe.length, recipe.normalize, device)
        return inputs, torch.from_numpy(store.train_labels[indices]).to(device)

    inputs, labels = resident(split.train)
    log.info("stage 1: %d training signals, %.0f MB on %s", len(labels), inputs.nbytes / 1e6, device)
    draws = seeds.integer(seed, "stage1 draws")
    return fit(
        model,
        inputs,
        labels,
        build_objective(recipe, context, seed=draws, device=device, augmentations=recipe.augmentations),
        recipe=recipe,
        seed=seed,
        purpose="stage1",
        validation=resident(split.val) if len(split.val) else None,
        identity=checkpoint.digest(store.meta.checksum, split.train, split.val),
        attempt=attempt,
    )


def _context(recipe: Stage1, store: Store, split: Split) -> Context:
    """Return the context of this stage's components; their signals have the recipe's length."""
    length, *rest = store.meta.signal_shape
    shape = (recipe.length or length, *rest)
    return prior_context(split.class_counts, signal_shape=shape, sample_rate_hz=store.meta.sample_rate_hz)


def _parts(recipe: Stage1, store: Store, split: Split, device: torch.device) -> dict[str, Iterator[Tensor]]:
    """Return the prepared batches of each part, read as they are asked for; an empty part has one empty batch."""

    def batches(signals: np.ndarray, indices: np.ndarray) -> Iterator[Tensor]:
        for start in range(0, max(len(indices), 1), recipe.batch_size):
            rows = indices[start : start + recipe.batch_size]
            yield transforms.prepare(signals, rows, recipe.length, recipe.normalize, device)

    return {
        "train": batches(store.train_signals, split.train),
        "val": batches(store.train_signals, split.val),
        "test": batches(store.test_signals, np.arange(len(store.test_labels))),
    }
