"""The files that a finished cell consists of, found by their records: no configuration is needed.

A cell uses results of other methods, such as the backbone of the method that it starts from. They lie in sibling
folders, and their records carry fingerprints that the record of the cell repeats.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from ltsei.core import content
from ltsei.core.content import DamagedError
from ltsei.core.errors import InputError
from ltsei.data.split import read_split
from ltsei.pipeline.rule_table import RULES, TEST_RULES
from ltsei.runtime import checkpoint

TRAINED = tuple(name for name, rule in RULES.items() if rule.stage in ("stage1", "stage2") and "model" in rule.outputs)
"""The rules that write a checkpoint of a classifier, in the order in which they run."""
ADJUSTED = tuple(name for name, rule in RULES.items() if "steps" in rule.outputs)
"""The rules that write post-hoc steps."""
OF_CLASSIFIER = tuple(name for name in RULES if name in (*TRAINED, *ADJUSTED, *TEST_RULES))
"""The rules whose results make up the classifier of a cell, in the order in which they run."""


@dataclass(frozen=True)
class TrainedFiles:
    """The files of a finished cell.

    Attributes:
        cell: folder of the method.
        record: the recipe.json of its evaluation.
        backbone: checkpoint with the backbone.
        classifier: checkpoint with the head; the same one for a method with stage 1 alone.
        precision: in which the backbone computes.
        steps: of stage 3; None without.
        logits: part -> logits after the last stage.
        split: of the signals.
        signals: name -> file of the store.
    """

    cell: Path
    record: Mapping[str, Any]
    backbone: Path
    classifier: Path
    precision: str
    steps: Path | None
    logits: Mapping[str, Path]
    split: Path
    signals: Any


def trained_files(cell: str | Path) -> TrainedFiles:
    """Return the files of the cell in a folder ``results/DATASET/irRATIO/seedSEED/METHOD``.

    Raises:
        InputError: the folder holds no finished cell, or a result that it uses is missing or damaged.
    """
    folder = Path(cell).resolve()
    record = evaluation_record(folder)
    places = stage_places(folder, record)
    trained = [rule for rule in TRAINED if rule in places]
    checkpoints = {rule: places[rule] / RULES[rule].outputs["model"] for rule in trained}
    of_backbone = next(rule for rule in reversed(trained) if "backbone" in checkpoint.load(checkpoints[rule]))
    adjusted = next((rule for rule in ADJUSTED if rule in places), None)
    return TrainedFiles(
        cell=folder,
        record=record,
        backbone=checkpoints[of_backbone],
        classifier=checkpoints[trained[-1]],
        precision=record["recipe"][of_backbone]["precision"],
        steps=places[adjusted] / RULES[adjusted].outputs["steps"] if adjusted else None,
        logits={part: logits_path(places, part) for part in ("val", "test")},
        split=_split(record, folder),
        signals=signals_of(record, folder),
    )


def evaluation_record(folder: Path) -> Mapping[str, Any]:
    """Return the recipe.json of a finished cell; InputError where the folder holds none."""
    if not (folder / "metrics.json").is_file() or not (folder / "recipe.json").is_file():
        raise InputError(
            f"{folder}: no finished cell and no exported model: expected the folder of a method, such as "
            "results/DATASET/ir100/seed0/METHOD with metrics.json, or a folder that `ltsei export` wrote"
        )
    return content.check_record(folder / "recipe.json")


def stage_places(folder: Path, record: Mapping[str, Any]) -> dict[str, Path]:
    """Return rule -> folder of its results, for the rules that train and adjust the classifier of a cell."""
    places = {rule: _place(rule, record, folder) for rule in OF_CLASSIFIER if rule in record["fingerprints"]}
    if not any(rule in places for rule in TRAINED):
        raise InputError(f"{folder / 'recipe.json'}: names no training; run the cell again")
    return places


def logits_path(places: Mapping[str, Path], part: str) -> Path:
    """Return the logits of ``val`` or ``test`` after the last stage."""
    output = f"logits_{part}"
    last = [rule for rule in places if output in RULES[rule].outputs][-1]
    return places[last] / RULES[last].outputs[output]


def _place(rule: str, record: Mapping[str, Any], folder: Path) -> Path:
    """Return the folder of a rule's results that the cell uses: its own, or a sibling's with the same fingerprints."""
    siblings = [folder, *sorted(path for path in folder.parent.iterdir() if path != folder)]
    records = (path / RULES[rule].folder / "recipe.json" for path in siblings)
    damaged: DamagedError | None = None
    for path in filter(Path.is_file, records):
        try:
            found = content.read_record(path)
        except DamagedError as error:  # perhaps of a method that the cell does not use
            damaged = damaged or error
            continue
        if found.get("rule") == rule and _agrees(found["fingerprints"], record):
            content.check_record(path)
            return path.parent
    if damaged is not None:
        raise damaged
    raise InputError(
        f"{folder}: the results of {RULES[rule].label} that this cell uses are in none of the folders beside it; "
        "run its target again"
    )


def _split(record: Mapping[str, Any], folder: Path) -> Path:
    path = folder.parent / "split.npz"
    if not _agrees(read_split(path).fingerprints, record):
        raise InputError(f"{path}: not the split of {folder.name}, which was made with another one; run it again")
    return path


def signals_of(record: Mapping[str, Any], folder: Path) -> SimpleNamespace:
    """Return the store: that of the data set, or of the one whose prepared signals it uses."""
    dataset = folder.parents[2]
    candidates: Iterable[Path] = (dataset, *sorted(dataset.parent.iterdir()))
    outputs = RULES["prepare"].outputs
    for place in (path / "signals" for path in candidates):
        try:
            fingerprints = content.read_record(place / outputs["meta"])["fingerprints"]
        except DamagedError:
            continue
        if _agrees(fingerprints, record):
            return SimpleNamespace(**{name: place / file for name, file in outputs.items()})
    raise InputError(
        f"{dataset / 'signals'}: the prepared signals of {folder.name} are missing; they calibrate the model, so "
        "export the cell where it was trained: `ltsei export`"
    )


def _agrees(fingerprints: Mapping[str, str], record: Mapping[str, Any]) -> bool:
    return all(record["fingerprints"].get(level) == value for level, value in fingerprints.items())


def stored_logits(files: TrainedFiles, part: str) -> np.ndarray:
    """Return the logits of ``val`` or ``test`` after the last stage, float32 [N, C]."""
    content.check(files.logits[part])
    logits: np.ndarray = np.load(files.logits[part], allow_pickle=False)
    return logits
