"""What a finished cell makes of training, test and unknown signals, as its stages do: features and logits."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from ltsei.components.stage3_steps._shared import TrainingSet
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.training.device import reproducible
from ltsei.training.inputs import CellData
from ltsei.training.model import classifier_of, extract
from ltsei.training.trained_method import read_method


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
    method = read_method(paths)
    known = CellData(store, split, device=device, **method.backbone["input"])
    parts = {"train": known, "test": known, "unknown": replace(known, store=replace(store, test_signals=unknown))}
    with reproducible(settings.threads, device, seed=0):
        model = classifier_of(method.backbone, method.classifier, settings.precision).to(device)
        trained = {}
        for part, data in parts.items():
            which = "train" if part == "train" else "test"
            features, output = extract(model, data.batches(which, settings.batch_size))
            trained[part] = Seen(features.cpu().numpy(), output.logits.cpu().numpy())
    training = TrainingSet(trained["train"].features.astype(np.float64), store.train_labels[split.train])
    return {
        part: replace(seen, logits=method.adjusted(seen.features, seen.logits, split.class_counts, training))
        for part, seen in trained.items()
    }
