"""What a finished cell makes of training, test and unknown signals, as its stages do: features and logits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from ltsei.components.stage3_steps._shared import Outputs, TrainingSet
from ltsei.core import files
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.runtime import checkpoint
from ltsei.training import stage3
from ltsei.training.device import reproducible
from ltsei.training.inputs import CellData
from ltsei.training.model import Classifier, extract, restored_component


@dataclass(frozen=True)
class Seen:
    """Features, float32 [N, D], and logits after the last stage, float32 [N, C], of some signals."""

    features: np.ndarray
    logits: np.ndarray


def seen_signals(
    paths: Any, settings: Any, store: Store, split: Split, unknown: np.ndarray, *, device: torch.device
) -> dict[str, Seen]:
    """Return what the cell makes of the parts ``train``, ``test`` and ``unknown``, without augmentation.

    Args:
        paths: names the files: ``backbone`` and ``classifier``, checkpoints; ``steps``, a list of the file with the
            post-hoc steps and their values, empty without any.
        settings: batch size, precision and threads of the network.
        store: signals of known classes.
        split: which of them are for training.
        unknown: signals of unknown classes, [N, *shape, channels].
        device: to compute on.
    """
    of_backbone, of_head = checkpoint.load(paths.backbone), checkpoint.load(paths.classifier)
    known = CellData(store, split, device=device, **of_backbone["input"])
    parts = {"train": known, "test": known, "unknown": replace(known, store=replace(store, test_signals=unknown))}
    with reproducible(settings.threads, device, seed=0):
        backbone, head = restored_component(of_backbone, "backbone"), restored_component(of_head, "head")
        model = Classifier(backbone, head, settings.precision).to(device)
        trained = {}
        for part, data in parts.items():
            which = "train" if part == "train" else "test"
            features, output = extract(model, data.batches(which, settings.batch_size))
            trained[part] = Seen(features.cpu().numpy(), output.logits.cpu().numpy())
    return _adjusted(paths, trained, store.train_labels[split.train], split.class_counts)


def _adjusted(paths: Any, trained: Mapping[str, Seen], labels: np.ndarray, class_counts: np.ndarray) -> dict[str, Seen]:
    """Return the same with the logits after the post-hoc steps, which learn from none of these signals but training."""
    seen = dict(trained)
    for path in paths.steps:
        training = TrainingSet(trained["train"].features.astype(np.float64), labels)
        head = stage3.linear_head(paths.classifier)
        for part, each in trained.items():
            before = Outputs(each.logits.astype(np.float64), each.features.astype(np.float64), **head)
            after = stage3.applied(files.read_json(path), before, class_counts, training)
            seen[part] = replace(each, logits=after.logits.astype(np.float32))
    return seen
