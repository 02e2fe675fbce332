"""The logits that a finished method gives its training signals, for those that learn from it."""

from typing import Any

import numpy as np
import torch

from ltsei.components.stage3_steps._shared import Outputs, TrainingSet
from ltsei.core import files
from ltsei.runtime import checkpoint
from ltsei.training import stage3
from ltsei.training.device import reproducible
from ltsei.training.model import restored_component


def training_logits(paths: Any, labels: np.ndarray, class_counts: np.ndarray) -> np.ndarray:
    """Return the logits of the training signals after the last stage of a method, float32 [N, C].

    The signals are those of the split without augmentation, as the backbone's features hold them.

    Args:
        paths: names the files: ``classifier``, the checkpoint of the last trained stage; ``features_train`` of its
            backbone; ``steps``, a list of the file with the post-hoc steps and their values, empty without any.
        labels: of the training signals, int64 [N].
        class_counts: training signals per class, [C].
    """
    features = np.load(paths.features_train, allow_pickle=False)
    logits = _trained(paths.classifier, features)
    for path in paths.steps:
        training = TrainingSet(features.astype(np.float64), labels)
        before = Outputs(logits.astype(np.float64), training.features, **stage3.linear_head(paths.classifier))
        logits = stage3.applied(files.read_json(path), before, class_counts, training).logits.astype(np.float32)
    return logits


def _trained(classifier: str, features: np.ndarray) -> np.ndarray:
    """Return the logits before any post-hoc step, [N, C]."""
    with reproducible(1, torch.device("cpu"), seed=0), torch.no_grad():
        head = restored_component(checkpoint.load(classifier), "head").eval()
        logits: np.ndarray = head(torch.from_numpy(features)).logits.numpy()
    return logits
