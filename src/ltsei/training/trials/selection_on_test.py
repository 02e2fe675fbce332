"""What a choice on the test part would have given: forbidden, and computed for comparison alone."""

import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ltsei.components.stage3_steps._shared import TrainingSet
from ltsei.config.stages import Stage3
from ltsei.core import files
from ltsei.numerics.confusion import balanced_accuracy
from ltsei.training import stage3
from ltsei.training.trials.choice import extract

MEMBER = re.compile(r"(\d+)/(\w+)/(\w+)")
"""Name of a file in an archive of trials: trial, stage, output."""
USED = {"model", "logits_test", "steps"}
"""Outputs of the stages of a trial on which its test logits depend."""


def select_on_test(
    recipe: Stage3, inputs: Any, labels: np.ndarray, class_counts: np.ndarray, training_labels: np.ndarray
) -> dict[str, Any]:
    """Return the balanced accuracy of what validation chose, and of what the test part itself would have chosen.

    Args:
        recipe: the post-hoc steps of the method; none where it has no stage 3.
        inputs: names the files: ``logits_chosen``, the test logits of the method as it is; of a tuned method ``choice``
            and ``archives``; where there are steps, what these start from, as in `stage3.read_outputs`.
        labels: of the test signals, int64 [N].
        class_counts: training signals per class, [C].
        training_labels: of the training signals.

    Returns:
        ``among``: ``trials`` or ``parameters``; ``chosen`` and ``on_test``: balanced accuracies in [0, 1]; ``choice``:
        the number of the trial that is best on the test part, or the post-hoc steps fitted to it.
    """
    training = stage3.read_training(inputs, training_labels)
    chosen = _rating(np.load(inputs.logits_chosen), labels)
    if inputs.get("choice") is None:
        outputs = stage3.read_outputs(recipe, inputs, "test")
        adjusted = stage3.adjust(_by_balanced_accuracy(recipe), outputs, labels, class_counts, training)
        on_test = _rating(adjusted.outputs.logits, labels)
        return {"among": "parameters", "chosen": chosen, "on_test": on_test, "choice": adjusted.steps}
    trials = files.read_json(inputs.choice)["trials"]
    ratings = {
        row["trial"]: _rating(_test_logits(recipe, inputs, row["trial"], class_counts, training), labels)
        for row in trials
        if row["score"] is not None
    }
    best = max(ratings, key=lambda trial: ratings[trial])
    return {"among": "trials", "chosen": chosen, "on_test": ratings[best], "choice": best}


def _by_balanced_accuracy(recipe: Stage3) -> Stage3:
    """Return the steps with parameters chosen by the score that is compared, whatever they are chosen by otherwise."""
    by = {"select_by": "val_balanced_accuracy"}
    return Stage3(steps=[{**step, **(by if "select_by" in step else {})} for step in recipe.steps])


def _rating(logits: np.ndarray, labels: np.ndarray) -> float:
    return balanced_accuracy(labels, logits.argmax(axis=1), logits.shape[1])


def _test_logits(
    recipe: Stage3, inputs: Any, trial: int, class_counts: np.ndarray, training: TrainingSet | None
) -> np.ndarray:
    """Return the test logits of the last stage of a trial, with the post-hoc steps that it chose on validation."""
    from ltsei.training.trials.cell import InputPaths  # loads torch, which nothing else here needs

    paths = InputPaths(inputs.items())
    with tempfile.TemporaryDirectory() as folder:
        for stage, outputs in sorted(_outputs(inputs.archives, trial).items()):
            results = {name: f"{folder}/{stage}_{name}" for name in USED.intersection(outputs)}
            extract(inputs.archives, trial, stage, results)
            paths |= results | ({"classifier": results["model"]} if "model" in results else {})
        if not recipe.steps:
            logits: np.ndarray = np.load(paths.logits_test)
            return logits
        before = stage3.read_outputs(recipe, paths, "test")
        return stage3.applied(files.read_json(paths.steps), before, class_counts, training).logits


def _outputs(archives: Sequence[str], trial: int) -> Mapping[str, list[str]]:
    """Return stage -> names of the outputs of a trial, as far as the trial carries the stage out."""
    outputs: dict[str, list[str]] = {}
    for path in archives:
        with zipfile.ZipFile(path) as archive:
            members = filter(None, map(MEMBER.fullmatch, archive.namelist()))
            for number, stage, name in (member.groups() for member in members):
                if int(number) == trial:
                    outputs.setdefault(stage, []).append(name)
    return outputs
