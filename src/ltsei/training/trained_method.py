"""A method after its last stage, applied to signals that it was not trained on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltsei.components.stage3_steps._shared import Outputs, TrainingSet
from ltsei.core import files, registry
from ltsei.runtime import checkpoint
from ltsei.training import stage3


@dataclass(frozen=True)
class TrainedMethod:
    """A trained network, and the post-hoc steps after it.

    Attributes:
        backbone: checkpoint with the backbone.
        classifier: checkpoint with the head.
        head: what `stage3.linear_head` returns of it.
        steps: of stage 3, with all their parameters; none without.
    """

    backbone: Mapping[str, Any]
    classifier: Mapping[str, Any]
    head: Mapping[str, Any]
    steps: list[dict[str, Any]]

    @property
    def uses_training_signals(self) -> bool:
        """Whether a step needs the features of the training signals."""
        used = (registry.declared("stage3_steps", step["name"], "USES", []) for step in self.steps)
        return any("train_features" in parts for parts in used)

    def adjusted(
        self, features: np.ndarray, logits: np.ndarray, class_counts: np.ndarray, training: TrainingSet | None
    ) -> np.ndarray:
        """Return the logits after the steps, float32 [N, C].

        Args:
            features: of the backbone, float32 [N, D].
            logits: of the classifier, float32 [N, C].
            class_counts: training signals of each class, int64 [C].
            training: features and labels of these, where a step needs them.
        """
        if not self.steps:
            return logits
        before = Outputs(logits.astype(np.float64), features.astype(np.float64), **self.head)
        after = stage3.applied(self.steps, before, class_counts, training)
        return np.asarray(after.logits.astype(np.float32))


def read_method(paths: Any) -> TrainedMethod:
    """Return the method whose files `paths` names: backbone, classifier, steps (a list of one or no file)."""
    return TrainedMethod(
        checkpoint.load(paths.backbone),
        checkpoint.load(paths.classifier),
        stage3.linear_head(paths.classifier),
        [step for path in paths.steps for step in files.read_json(path)],
    )
