"""Every method of the matrix runs through all its stages on a few signals."""

import functools

import numpy as np
import pytest
import torch
from conftest import small_matrix, with_few_layers
from tones import Paths, labels_of_test, make_store, paths_in, split_of

from ltsei.core import registry
from ltsei.data.groups import groups
from ltsei.data.unlabelled import UnlabelledStore
from ltsei.evaluation import metrics
from ltsei.evaluation.predictions import Predictions
from ltsei.training import stage1, stage2, stage2_finetune, stage3
from ltsei.training.inputs import write_features

CPU, CLASSES = torch.device("cpu"), 4
FEW_STEPS = {"epochs": 2, "warmup_epochs": 0, "batch_size": 16}


MATRIX, STORE = small_matrix(), make_store(per_class=30, length=192, num_classes=CLASSES)
LABELS_TEST = labels_of_test(STORE)
SPLIT = split_of(STORE, imbalance_ratio=8.0, validation={"protocol": "balanced", "per_class": 5}, n_max=24)


def settings(rule, method, **changes):
    recipe = MATRIX.recipe(rule, "adsb_small", method).settings
    return with_few_layers(recipe, method).model_copy(update=changes)


def taught(recipe):
    """Logits of the training signals where a recipe has a teacher."""
    return None if recipe.teacher is None else np.eye(CLASSES, dtype=np.float32)[STORE.train_labels[SPLIT.train]]


@functools.cache
def first(owner):
    """The trained stage 1 of a method and its features."""
    recipe = settings("stage1", owner, **FEW_STEPS)
    options = {
        "teacher": taught(recipe),
        "unlabelled": UnlabelledStore(STORE.test_signals, "") if recipe.unlabelled_ratio else None,
    }
    trained = stage1.train(recipe, STORE, SPLIT, seed=0, device=CPU, **options)
    return trained, stage1.features(trained.checkpoint, recipe, STORE, SPLIT, device=CPU)


@functools.cache
def second(owner):
    """The trained stage 2 of a method and the features that it works on."""
    before, features = first(MATRIX.owner(owner, "stage1"))
    recipe = settings("stage2", owner, **FEW_STEPS)
    if recipe.moves_backbone:
        return stage2_finetune.train(recipe, before.checkpoint, STORE, SPLIT, seed=0, device=CPU)
    labels = STORE.train_labels
    return stage2.train(recipe, before.checkpoint, features, labels, SPLIT, seed=0, device=CPU), features


def third(method, folder):
    """The logits of stage 3, from the files that the stages before it write."""
    stage = MATRIX.last_stage(method, before="stage3")
    owner = MATRIX.owner(method, stage)
    trained, features = first(owner) if stage == "stage1" else second(owner)
    written, feature_files = paths_in(folder, "stage1"), paths_in(folder, "features")
    trained.write(written)
    write_features(features, feature_files)
    inputs = Paths(written | feature_files | {"classifier": written.model})
    recipe = settings("stage3", method)
    training = stage3.read_training(inputs, STORE.train_labels[SPLIT.train])
    before = stage3.read_outputs(recipe, inputs, "val")
    adjusted = stage3.adjust(recipe, before, STORE.train_labels[SPLIT.val], SPLIT.class_counts, training)
    results = paths_in(folder / "stage3", "stage3")
    adjusted.write(results)
    swept = [step for step in recipe.steps if registry.declared("stage3_steps", step["name"], "SWEEPS", None)]
    assert results.sweep.read_text().count("True") == len(swept)
    return stage3.applied(
        adjusted.steps, stage3.read_outputs(recipe, inputs, "test"), SPLIT.class_counts, training
    ).logits


@pytest.mark.parametrize("method", MATRIX.canonical_methods())
def test_a_method_runs_from_signals_to_metrics(method, tmp_path):
    stage = MATRIX.last_stage(method)
    owner = MATRIX.owner(method, stage)
    if stage == "stage3":
        logits = third(owner, tmp_path)
    else:
        logits = (first(owner) if stage == "stage1" else second(owner))[0].logits["test"]
    assert logits.shape == (len(LABELS_TEST), CLASSES)
    class_groups = groups(SPLIT.class_counts, many_above=20, few_below=10)
    values = metrics.evaluate(Predictions(logits, LABELS_TEST), class_groups)
    recalls = [np.mean(logits[label == LABELS_TEST].argmax(axis=1) == label) for label in range(CLASSES)]
    assert values["balanced_accuracy"] == pytest.approx(np.mean(recalls))
    assert np.isfinite(values["nll"])
