"""Choose among trials by their validation logits alone; take the results of the chosen one (no torch)."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.components.stage3_steps._shared import SCORES
from ltsei.config.recipe import Choice, Recipe
from ltsei.config.search_space import with_values
from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.training.trials.design import values


def choose(settings: Choice, logits: Sequence[np.ndarray], labels: np.ndarray) -> dict[str, Any]:
    """Return the trial with the best validation score, the first of equally good ones, and the scores of all.

    Args:
        settings: number of trials, what they vary, and the score.
        logits: of the validation signals, [T, N, C] for each job; NaN where a trial diverged.
        labels: of these signals, int64 [N].

    Returns:
        ``select_by``, ``chosen``, and ``trials``: a list of ``trial``, ``score`` (None where it diverged), its
        ``balanced_accuracy`` and ``parameters`` (name -> value), in the order of the trials.
    """
    if len(labels) == 0:
        raise InputError("split.validation: no validation signals, with which tuning chooses a trial")
    rows: list[dict[str, Any]] = []
    default = {each.name: each.default for each in settings.space}
    scored_by = {"score": settings.select_by, "balanced_accuracy": "val_balanced_accuracy"}
    for trial, of_trial in enumerate(np.concatenate(list(logits)).astype(np.float64)):
        defined = np.isfinite(of_trial).all()
        scores = {name: SCORES[score](of_trial, labels) if defined else None for name, score in scored_by.items()}
        rows.append({"trial": trial, **scores, "parameters": default | values(settings.space, trial)})
    finished = [row for row in rows if row["score"] is not None]
    if not finished:
        raise InputError("trials: all of them diverged; narrow the range of `lr` under `tuning.search`")
    best = max(finished, key=lambda row: row["score"])
    return {"select_by": settings.select_by, "chosen": best["trial"], "trials": rows}


def chosen_settings(recipe: Recipe, stage: str, choice: Mapping[str, Any]) -> Recipe:
    """Return the recipe of a stage with the parameters of the chosen trial, for the record of its results."""
    values = choice["trials"][choice["chosen"]]["parameters"] if choice["chosen"] else {}
    return replace(recipe, settings=with_values({stage: recipe.settings}, values)[stage])


def extract(archives: Sequence[str | Path], trial: int, stage: str, outputs: dict[str, str]) -> None:
    """Write the results of one stage of a trial to the paths of `outputs`, by the names of the outputs.

    Raises:
        InputError: no archive holds them.
    """
    for path in archives:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            members = {name: f"{trial:03d}/{stage}/{name}" for name in outputs}
            if set(members.values()) <= names:
                for name, member in members.items():
                    with files.atomic(outputs[name]) as temporary:
                        temporary.write_bytes(archive.read(member))
                return
    raise InputError(f"{archives[0]}: holds no results of {stage} of trial {trial}; delete it and run its rule again")
