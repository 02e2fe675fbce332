"""What a trained stage leaves behind: weights, history, logits, expert usage, features of a few test signals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ltsei.components.heads._shared import HeadOutput
from ltsei.core import files
from ltsei.numerics import seeds
from ltsei.runtime import checkpoint

EXPERTS = ("gate", "choices")
"""What the head of a mixture returns beside its logits."""
SAMPLE = 500
"""Test signals whose features are stored for a map of the representation."""


@dataclass(frozen=True)
class Trained:
    """The results of a trained stage.

    Attributes:
        checkpoint: components, their weights, and what they know of their context.
        history: a row per epoch.
        logits: float32 [N, C] of the parts ``val`` (N = 0 without validation) and ``test``.
        num_parameters: of backbone and head.
        experts: of the test signals, ``gate`` probabilities [N, E] and what each expert predicts alone, ``choices``
            [N, E]; E = 0 for a head without experts.
        sample: where a backbone was trained, what `sampled` returns; else empty.
    """

    checkpoint: dict[str, Any]
    history: list[dict[str, Any]]
    logits: dict[str, np.ndarray]
    num_parameters: int
    experts: dict[str, np.ndarray]
    sample: dict[str, np.ndarray] = field(default_factory=dict)

    def write(self, paths: Any) -> None:
        """Write each result to the path that `paths` names for it; equal trainings give equal bytes."""
        checkpoint.save(paths.model, self.checkpoint)
        files.write_csv(paths.history, list(self.history[0]), self.history)
        files.write_npy(paths.logits_val, self.logits["val"])
        files.write_npy(paths.logits_test, self.logits["test"])
        files.write_npz(paths.experts, **self.experts)
        files.write_json(paths.network, {"num_parameters": self.num_parameters})
        if self.sample:
            files.write_npz(paths.sample, **self.sample)


def logits_of(outputs: Mapping[str, HeadOutput]) -> dict[str, np.ndarray]:
    """Return part -> logits, float32 [N, C], of what a head returned for each part."""
    return {part: output.logits.cpu().numpy() for part, output in outputs.items()}


def experts_of(output: HeadOutput) -> dict[str, np.ndarray]:
    """Return gate probabilities and choices of the experts, [N, E] each; E = 0 for a head without experts."""
    if not set(EXPERTS) <= set(output.extras):
        none = len(output.logits), 0
        return {"gate": np.zeros(none, np.float32), "choices": np.zeros(none, np.int64)}
    return {name: output.extras[name].cpu().numpy() for name in EXPERTS}


def sampled(features: Tensor) -> dict[str, np.ndarray]:
    """Return the features of at most `SAMPLE` test signals, the same ones every time.

    Returns:
        ``indices`` of these signals, int64 [M], ascending; ``features``: float16 [M, D].
    """
    indices = seeds.sample(len(features), SAMPLE)
    return {"indices": indices, "features": features[torch.from_numpy(indices)].half().cpu().numpy()}
