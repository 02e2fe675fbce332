"""Nearest class mean."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from ltsei.components.stage3_steps._shared import Outputs, Row, Step, TrainingSet
from ltsei.core.context import Context
from ltsei.core.errors import InputError

USES = ["features", "train_features"]


class NearestClassMean:
    """Scores by the distance to the mean of each class's training features."""

    def __init__(self, center: bool, unit: bool, cosine: bool, num_classes: int) -> None:
        self.center, self.unit, self.cosine, self.num_classes = center, unit, cosine, num_classes
        self.origin: np.ndarray | None = None
        self.means = np.empty((0, 0))

    def fit(self, outputs: Outputs, labels: np.ndarray, training: TrainingSet | None = None) -> list[Row]:
        """Compute the means of the training features; nothing is chosen on validation data, so there are no rows."""
        if training is None:
            raise InputError("training: features of the training signals are missing; run the rule features")
        counts = np.bincount(training.labels, minlength=self.num_classes)
        if (counts == 0).any():
            raise InputError(f"training: class {np.argmin(counts)} has no signals, every class needs at least one")
        features = np.delete(training.features, outputs.bias_columns, axis=1)
        self.origin = features.mean(axis=0) if self.center else np.zeros(features.shape[1])
        members = np.eye(self.num_classes)[training.labels]
        self.means = members.T @ self._transformed(features) / counts[:, None]
        return []

    def chosen(self) -> dict[str, Any]:
        """Return nothing: no parameter is chosen."""
        return {}

    def apply(self, outputs: Outputs) -> Outputs:
        """Return the scores as logits, without the linear head but with what earlier steps have added to its logits."""
        if outputs.features is None:
            raise InputError("outputs: features are missing, expected them")
        features = self._transformed(np.delete(outputs.features, outputs.bias_columns, axis=1))
        if self.cosine:
            scores = _unit(features) @ _unit(self.means).T
        else:
            scores = 2 * features @ self.means.T - _squares(features) - _squares(self.means).T
        logits = scores if outputs.offset is None else scores + outputs.offset
        return replace(outputs, logits=logits, weight=None, bias=None)

    def _transformed(self, features: np.ndarray) -> np.ndarray:
        if self.origin is None:
            raise RuntimeError("fit takes the means and comes before apply")
        return _unit(features - self.origin) if self.unit else features - self.origin


def build(
    context: Context,
    *,
    features: Literal["un", "l2n", "cl2n"] = "cl2n",
    metric: Literal["euclidean", "cosine"] = "euclidean",
) -> Step:
    """Return the step that replaces the classifier by the nearest class mean (Kang et al., ICLR 2020, section 4).

    Each mean is that of the transformed training features of a class, not scaled to length 1 again.
    Deviation: the authors' cosine scores are inner products; here they are divided by both lengths.

    Args:
        context: gives C.
        features: unchanged (``un``), scaled to length 1 (``l2n``), or centred at the mean of all training features and
            then scaled to length 1 (``cl2n``).
        metric: whether the score is minus the squared distance to the mean or the cosine of the angle to it.
    """
    return NearestClassMean(features == "cl2n", features != "un", metric == "cosine", context.num_classes)


def _squares(vectors: np.ndarray) -> np.ndarray:
    """Return the squared lengths, [N, 1]."""
    return np.asarray(np.square(vectors).sum(axis=1, keepdims=True))


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Return the vectors scaled to length 1; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0))
