"""Stage 3: post-hoc steps, one after the other, on the logits of the last trained stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.components.stage3_steps._shared import Outputs, Step, TrainingSet
from ltsei.config.stages import Stage3
from ltsei.core import files, registry
from ltsei.core.context import build_component, prior_context

COLUMNS = ("step", "parameter", "value", "balanced_accuracy", "chosen")


@dataclass(frozen=True)
class Adjusted:
    """The outputs of the parts ``val`` and ``test`` after all steps, and a row for each value that was tried."""

    outputs: dict[str, Outputs]
    sweep: list[dict[str, Any]]

    def write(self, paths: Any) -> None:
        """Write logits (float32, as in the other stages) and sweep to the paths that `paths` names for them."""
        files.write_npz(paths.logits, **{part: each.logits.astype(np.float32) for part, each in self.outputs.items()})
        files.write_csv(paths.sweep, COLUMNS, self.sweep)


def read_outputs(recipe: Stage3, paths: Any) -> dict[str, Outputs]:
    """Return the outputs of the parts ``val`` and ``test``, with a linear head and features where a step needs them.

    Args:
        recipe: whose steps say what they need.
        paths: names the files: ``logits`` and ``classifier`` (the checkpoint) of the last trained stage; of its
            backbone, where a step needs them, ``features_val`` and ``features_test``.
    """
    head = _linear_head(paths.classifier) if _needs_features(recipe) else {}
    features = {part: _features(paths, part) for part in ("val", "test")}
    with np.load(paths.logits, allow_pickle=False) as logits:
        return {part: Outputs(logits[part].astype(np.float64), each, **head) for part, each in features.items()}


def read_training(paths: Any, labels: np.ndarray) -> TrainingSet | None:
    """Return features (``features_train`` of `paths`) and labels of the training signals; None without such a file."""
    features = _features(paths, "train")
    return None if features is None else TrainingSet(features, labels)


def adjust(
    recipe: Stage3,
    outputs: Mapping[str, Outputs],
    labels_val: np.ndarray,
    class_counts: np.ndarray,
    training: TrainingSet | None = None,
) -> Adjusted:
    """Return the outputs after the recipe's steps, each fitted on ``val`` as the steps before it left it.

    Args:
        recipe: the steps.
        outputs: of the parts ``val`` and ``test``.
        labels_val: int64 [N], empty without validation.
        class_counts: training signals per class, [C].
        training: features and labels of the training signals, where a step uses them.
    """
    adjusted, sweep = dict(outputs), list[dict[str, Any]]()
    for spec in recipe.steps:
        step: Step = build_component("stage3_steps", spec, prior_context(class_counts))
        sweep.extend({"step": spec["name"], **row} for row in step.fit(adjusted["val"], labels_val, training))
        adjusted = {part: step.apply(values) for part, values in adjusted.items()}
    return Adjusted(adjusted, sweep)


def _needs_features(recipe: Stage3) -> bool:
    return any("features" in registry.declared("stage3_steps", step["name"], "USES", []) for step in recipe.steps)


def _linear_head(path: str | Path) -> dict[str, Any]:
    """Return what steps need of a checkpoint's head; torch takes a second to load, so only here."""
    from ltsei.runtime import checkpoint
    from ltsei.training.model import restored_component, restored_context

    stored = checkpoint.load(path)
    columns = {"bias_columns": restored_context(stored).bias_columns}
    if stored["head"]["spec"]["name"] != "linear":
        return columns
    head: Any = restored_component(stored, "head")
    bias = None if head.bias is None else head.bias.detach().double().numpy()
    return {**columns, "weight": head.weight.detach().double().numpy(), "bias": bias}


def _features(paths: Any, part: str) -> np.ndarray | None:
    """Return the stored features of a part, float64, None where `paths` names no file."""
    path = paths.get(f"features_{part}")
    return None if path is None else np.load(path, allow_pickle=False).astype(np.float64)
