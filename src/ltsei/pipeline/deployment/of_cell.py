"""From the results of a cell to the model that labels signals outside the experiment."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core import files, registry
from ltsei.core.errors import InputError
from ltsei.data.split import Split, read_split
from ltsei.data.store import Store, open_inputs
from ltsei.pipeline.deployment.calibration import CalibrationSettings, Labelled, calibrated
from ltsei.pipeline.deployment.exported import Exported
from ltsei.pipeline.deployment.trained_files import TrainedFiles, stored_logits, trained_files
from ltsei.pipeline.deployment.trained_source import trained_source
from ltsei.runtime import checkpoint

ROWS = 256
"""Signals that are read and classified at a time."""
DIFFERENT = 0.01
"""Where more than this share of the validation signals gets another class than in training, something is wrong."""
COORDINATES = ("dataset", "ir", "seed", "method")


def of_cell(cell: str | Path, settings: CalibrationSettings, device: Any) -> Exported:
    """Return the model of a finished cell, with what its validation signals say about it.

    Args:
        cell: folder of the method.
        settings: what is fitted.
        device: of torch, to compute on.

    Raises:
        InputError: the folder holds no finished cell, or the model does not reproduce the logits of its training.
    """
    paths = trained_files(cell)
    store, split = open_inputs(paths.signals), read_split(paths.split)
    if len(store.meta.signal_shape) != 2:
        shape = store.meta.signal_shape
        raise InputError(f"{cell}: a model of images {shape}; only models of signals [length, channels] are exported")
    model, training = _model(paths, store, split, settings, device)
    validation = labelled(model, store.train_signals, store.train_labels[split.val], split.val, device)
    reproduction = _reproduction(paths, validation)
    fitted = calibrated(settings, validation, training)
    return Exported(model, fitted, _description(paths, store, split, model) | {"reproduction": reproduction})


def _model(
    paths: TrainedFiles, store: Store, split: Split, settings: CalibrationSettings, device: Any
) -> tuple[Any, Labelled | None]:
    """Return the model, and what it makes of the training signals where a step or a score uses them."""
    from ltsei.components.stage3_steps._shared import TrainingSet
    from ltsei.training import stage3
    from ltsei.training.model import restored_context
    from ltsei.training.post_hoc import PostHoc, post_hoc
    from ltsei.training.signal_classifier import SignalClassifier, trained_classifier

    of_backbone, of_head = checkpoint.load(paths.backbone), checkpoint.load(paths.classifier)
    classifier, specs = trained_classifier(of_backbone, of_head, paths.precision)
    context, how = restored_context(of_backbone), of_backbone["input"]["normalize"]
    steps = files.read_json(paths.steps) if paths.steps else []
    if transductive := [step["name"] for step in steps if _uses(step, "views")]:
        raise InputError(
            f"{paths.cell}: {transductive[0]} has learnt from the test signals as a whole, which new signals are not; "
            "use the method that this one starts from"
        )
    model = SignalClassifier(classifier, PostHoc(), context, specs, how).eval()
    training, known = None, None
    if settings.uses_training or any(_uses(step, "train_features") for step in steps):
        training = labelled(model, store.train_signals, store.train_labels[split.train], split.train, device)
        known = TrainingSet(training.features.astype(np.float64), training.labels)
    if steps:
        model.post_hoc = post_hoc(steps, context, stage3.linear_head(paths.classifier), known)
        if training is not None:
            training = replace(training, logits=model.adjusted(training.features, training.logits))
    return model, training


def _uses(step: Mapping[str, Any], part: str) -> bool:
    return part in registry.declared("stage3_steps", step["name"], "USES", [])


def labelled(model: Any, signals: np.ndarray, labels: np.ndarray, indices: np.ndarray, device: Any) -> Labelled:
    """Return what the model makes of the rows `indices` of stored signals, with the labels of these rows."""
    from ltsei.training.signal_classifier import run

    outputs = list(run(model, _chunks(signals, indices), device=device, batch_size=ROWS))
    context = model.context
    empty = np.zeros((0, context.in_features), np.float32), np.zeros((0, context.num_classes), np.float32)
    features, logits = (np.concatenate(each) for each in zip(empty, *outputs, strict=True))
    return Labelled(features, logits, np.asarray(labels))


def _chunks(signals: np.ndarray, indices: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(indices), ROWS):
        yield signals[indices[start : start + ROWS]]


def _reproduction(paths: TrainedFiles, validation: Labelled) -> dict[str, Any]:
    """Return how far the logits of the validation signals are from those of the training.

    Raises:
        InputError: they lead to other classes.
    """
    stored = stored_logits(paths, "val")
    if len(stored) == 0:
        return {"signals": 0, "largest_difference": None, "other_class": None}
    other = int((stored.argmax(axis=1) != validation.logits.argmax(axis=1)).sum())
    if other > max(1, DIFFERENT * len(stored)):
        raise InputError(
            f"{paths.classifier}: {other} of {len(stored)} validation signals get another class than in "
            f"{paths.logits['val']}; `ltsei verify` says whether results or code have changed"
        )
    difference = float(np.abs(stored - validation.logits).max())
    return {"signals": len(stored), "largest_difference": difference, "other_class": other}


def _description(paths: TrainedFiles, store: Store, split: Split, model: Any) -> dict[str, Any]:
    meta, record = store.meta, paths.record
    return {
        "cell": {name: record[name] for name in COORDINATES},
        "class_names": list(meta.class_names),
        "counts": {
            "train": split.class_counts.tolist(),
            "val": np.bincount(store.train_labels[split.val], minlength=meta.num_classes).tolist(),
            "test": list(meta.test_counts),
        },
        "split_notes": list(split.notes),
        "sample_rate_hz": meta.sample_rate_hz,
        "source": trained_source(Path(paths.signals.meta), meta),
        "signal_shape": list(model.context.signal_shape),
        "normalize": model.how,
        "precision": paths.precision,
        "num_parameters": sum(parameter.numel() for parameter in model.parameters()),
        "recipe": record["recipe"],
        "fingerprints": record["fingerprints"],
        "made": record["made"],
    }
