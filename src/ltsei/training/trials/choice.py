"""Choose among trials by their validation logits alone; take the results of the chosen one (no torch)."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.config.recipe import Choice, Recipe
from ltsei.config.search_space import with_values
from ltsei.core import files
from ltsei.core.annotations import Criterion
from ltsei.core.errors import InputError
from ltsei.data.split import read_split
from ltsei.numerics.validation_scores import SCORES, cost
from ltsei.training.trials.design import values

Cell = tuple[np.ndarray, np.ndarray]
"""The logits of the trials of one seed, [T, N, C], NaN where one diverged, and the labels of these signals, [N]."""


def read_cells(inputs: Any) -> list[Cell]:
    """Return the trials of each seed from the files that `inputs` names.

    Args:
        inputs: ``splits``, one of each seed; ``logits_val``, those of the jobs of the first seed first; and
            ``labels_train``.
    """
    labels, splits = np.load(inputs.labels_train), [read_split(path) for path in inputs.splits]
    jobs = len(inputs.logits_val) // len(splits)
    of_seed = [inputs.logits_val[jobs * position :][:jobs] for position in range(len(splits))]
    logits = [np.concatenate([np.load(path) for path in paths]) for paths in of_seed]
    return [(each, labels[split.val]) for each, split in zip(logits, splits, strict=True)]


def choose(settings: Choice, cells: Sequence[Cell]) -> dict[str, Any]:
    """Return the trial with the best mean validation score, the first of equally good ones, and the scores of all.

    Args:
        settings: number of trials, what they vary, and the score.
        cells: the trials of each seed.

    Returns:
        ``select_by``, ``chosen``, and ``trials``: a list of ``trial``, ``score`` (a loss with its sign reversed; None
        where it diverged), its ``balanced_accuracy`` and ``parameters`` (name -> value), in the order of the trials.
    """
    if any(len(labels) == 0 for _, labels in cells):
        raise InputError("split.validation: no validation signals, with which tuning chooses a trial")
    default = {each.name: each.default for each in settings.space}
    scored_by: dict[str, Criterion] = {"score": settings.select_by, "balanced_accuracy": "val_balanced_accuracy"}
    rows: list[dict[str, Any]] = [
        {
            "trial": trial,
            **{name: _mean_score(score, trial, cells) for name, score in scored_by.items()},
            "parameters": default | values(settings.space, trial),
        }
        for trial in range(settings.trials)
    ]
    finished = [row for row in rows if row["score"] is not None]
    if not finished:
        raise InputError("trials: all of them diverged; narrow the range of `lr` under `tuning.search`")
    best = max(finished, key=lambda row: row["score"])
    return {"select_by": settings.select_by, "chosen": best["trial"], "trials": rows}


def _mean_score(score: Criterion, trial: int, cells: Sequence[Cell]) -> float | None:
    """Return the mean score of a trial over seeds, the higher the better; None where it diverged on one of them."""
    logits = [of_seed[trial].astype(np.float64) for of_seed, _ in cells]
    if not all(np.isfinite(each).all() for each in logits):
        return None
    costs = [cost(SCORES[score](each, labels), score) for each, (_, labels) in zip(logits, cells, strict=True)]
    return -float(np.mean(costs))


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
