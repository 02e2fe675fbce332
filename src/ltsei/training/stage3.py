"""Stage 3: post-hoc steps, one after the other, on the logits of the last trained stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ltsei.components.stage3_steps._shared import Outputs, Step, TrainingSet
from ltsei.config.stages import Stage3
from ltsei.core import files
from ltsei.core.context import build_component, prior_context

COLUMNS = ("step", "parameter", "value", "balanced_accuracy", "chosen")


@dataclass(frozen=True)
class Adjusted:
    """What the steps chose on the validation signals.

    Attributes:
        outputs: of the validation signals after all steps.
        steps: the steps with every free parameter replaced by the value chosen.
        sweep: a row for each value that was tried.
    """

    outputs: Outputs
    steps: list[dict[str, Any]]
    sweep: list[dict[str, Any]]

    def write(self, paths: Any) -> None:
        """Write logits, steps and sweep to the paths that `paths` names for them."""
        write_logits(paths.logits_val, self.outputs)
        files.write_json(paths.steps, self.steps)
        files.write_csv(paths.sweep, COLUMNS, self.sweep)


def write_logits(path: str | Path, outputs: Outputs) -> None:
    """Write logits as float32, as in the other stages."""
    files.write_npy(path, outputs.logits.astype(np.float32))


def read_outputs(recipe: Stage3, paths: Any, part: Literal["val", "test"]) -> Outputs:
    """Return the outputs of a part before stage 3, with a linear head and features where a step needs them.

    Args:
        recipe: whose steps say what they need.
        paths: names the files: ``logits_{part}`` and ``classifier`` (the checkpoint) of the last trained stage; of its
            backbone, where a step needs them, ``features_{part}``.
        part: of the signals.
    """
    head = linear_head(paths.classifier) if recipe.uses("features") else {}
    logits = np.load(paths[f"logits_{part}"], allow_pickle=False).astype(np.float64)
    return Outputs(logits, _features(paths, part), **head)


def read_training(paths: Any, labels: np.ndarray) -> TrainingSet | None:
    """Return features (``features_train`` of `paths`) and labels of the training signals; None without such a file."""
    features = _features(paths, "train")
    return None if features is None else TrainingSet(features, labels)


def adjust(
    recipe: Stage3,
    outputs: Outputs,
    labels: np.ndarray,
    class_counts: np.ndarray,
    training: TrainingSet | None = None,
) -> Adjusted:
    """Return the outputs after the recipe's steps, each fitted on what the steps before it left.

    Args:
        recipe: the steps.
        outputs: of the validation signals.
        labels: of the validation signals, int64 [N], empty without validation.
        class_counts: training signals per class, [C].
        training: features and labels of the training signals, where a step uses them.
    """
    steps, sweep = list[dict[str, Any]](), list[dict[str, Any]]()
    for spec in recipe.steps:
        step: Step = build_component("stage3_steps", spec, prior_context(class_counts))
        sweep.extend({"step": spec["name"], **row} for row in step.fit(outputs, labels, training))
        steps.append({**spec, **step.chosen()})
        outputs = step.apply(outputs)
    return Adjusted(outputs, steps, sweep)


def applied(
    steps: Sequence[Mapping[str, Any]],
    outputs: Outputs,
    class_counts: np.ndarray,
    training: TrainingSet | None = None,
) -> Outputs:
    """Return the outputs of other signals after the steps that `adjust` returned; nothing is chosen.

    Args:
        steps: with all their parameters.
        outputs: of signals without labels.
        class_counts: as in `adjust`.
        training: as in `adjust`.
    """
    for spec in steps:
        step: Step = build_component("stage3_steps", spec, prior_context(class_counts))
        step.fit(outputs, np.zeros(0, dtype=np.int64), training)
        outputs = step.apply(outputs)
    return outputs


def linear_head(path: str | Path) -> dict[str, Any]:
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
