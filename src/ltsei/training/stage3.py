"""Stage 3: post-hoc steps, one after the other, on the logits of the last trained stage (torch only for its head)."""

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

    def write(self, *, logits: str | Path, sweep: str | Path) -> None:
        """Write the logits as float32, as the other stages do, and the sweep."""
        files.write_npz(logits, **{part: found.logits.astype(np.float32) for part, found in self.outputs.items()})
        files.write_csv(sweep, COLUMNS, self.sweep)


def read_outputs(
    recipe: Stage3,
    *,
    logits: str | Path,
    classifier: str | Path,
    features_val: str | Path | None = None,
    features_test: str | Path | None = None,
) -> dict[str, Outputs]:
    """Return the outputs of the parts ``val`` and ``test``, with a linear head and features where a step needs them.

    Args:
        recipe: whose steps say what they need.
        logits: of the last trained stage.
        classifier: checkpoint of that stage.
        features_val: of stage 1, where they were kept.
        features_test: of stage 1, where they were kept.
    """
    head = _head(classifier) if _needs_features(recipe) else {}
    paths = {"val": features_val, "test": features_test}
    with np.load(logits, allow_pickle=False) as found:
        return {
            part: Outputs(found[part].astype(np.float64), None if path is None else _read(path), **head)
            for part, path in paths.items()
        }


def read_training(features: str | Path | None, labels: np.ndarray) -> TrainingSet | None:
    """Return the training signals' features and labels, None where no step needs them and no file is given."""
    return None if features is None else TrainingSet(_read(features), labels)


def run(
    recipe: Stage3,
    outputs: Mapping[str, Outputs],
    labels_val: np.ndarray,
    class_counts: np.ndarray,
    training: TrainingSet | None = None,
) -> Adjusted:
    """Return the outputs after the recipe's steps, each fitted on what the steps before it made of ``val``.

    Args:
        recipe: the steps.
        outputs: of the parts ``val`` and ``test``.
        labels_val: int64 [N], empty without validation.
        class_counts: training signals per class, [C].
        training: features and labels of the training signals, where a step uses them.
    """
    found, sweep = dict(outputs), list[dict[str, Any]]()
    for spec in recipe.steps:
        step: Step = build_component("stage3_steps", spec, prior_context(class_counts))
        sweep.extend({"step": spec["name"], **row} for row in step.fit(found["val"], labels_val, training))
        found = {part: step.apply(values) for part, values in found.items()}
    return Adjusted(found, sweep)


def _needs_features(recipe: Stage3) -> bool:
    return any("features" in registry.declared("stage3_steps", step["name"], "USES", []) for step in recipe.steps)


def _head(path: str | Path) -> dict[str, Any]:
    """Return what steps need to know of a checkpoint's head; torch takes a second to import, so only here."""
    from ltsei.runtime import checkpoint
    from ltsei.training.model import context_of, restore

    stored = checkpoint.load(path)
    columns = {"bias_columns": context_of(stored).bias_columns}
    if stored["head"]["spec"]["name"] != "linear":
        return columns
    head: Any = restore(stored, "head")
    bias = None if head.bias is None else head.bias.detach().double().numpy()
    return {**columns, "weight": head.weight.detach().double().numpy(), "bias": bias}


def _read(path: str | Path) -> np.ndarray:
    values: np.ndarray = np.load(path, allow_pickle=False)
    return values.astype(np.float64)
