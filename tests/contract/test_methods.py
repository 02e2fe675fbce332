"""Every method of the matrix runs through all its stages on a few signals."""

import functools

import numpy as np
import pytest
import torch
from conftest import small_matrix
from tones import make_store, split_of

from ltsei.core import registry
from ltsei.evaluation import metrics
from ltsei.training import stage1, stage2, stage2_finetune, stage3
from ltsei.training.inputs import write_features

CPU, CLASSES = torch.device("cpu"), 4
FEW_STEPS = {"epochs": 2, "warmup_epochs": 0, "batch_size": 16}


MATRIX, STORE = small_matrix(), make_store(per_class=30, length=192, num_classes=CLASSES)
SPLIT = split_of(STORE, imbalance_ratio=8.0, validation={"per_class": 5}, n_max=24)


def settings(rule, method, **changes):
    return MATRIX.recipe(rule, "adsb_small", method).settings.model_copy(update=changes)


@functools.cache
def first(owner):
    """The trained stage 1 of a method and its features."""
    recipe = settings("stage1", owner, **FEW_STEPS)
    trained = stage1.train(recipe, STORE, SPLIT, seed=0, device=CPU)
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
    paths = {name: folder / name for name in ("model", "history", "logits")}
    trained.write(**paths)
    write_features(features, **{part: folder / f"{part}.npy" for part in features})
    recipe = settings("stage3", method)
    outputs = stage3.read_outputs(
        recipe,
        logits=paths["logits"],
        classifier=paths["model"],
        features_val=folder / "val.npy",
        features_test=folder / "test.npy",
    )
    training = stage3.read_training(folder / "train.npy", STORE.train_labels[SPLIT.train])
    adjusted = stage3.run(recipe, outputs, STORE.train_labels[SPLIT.val], SPLIT.class_counts, training)
    adjusted.write(logits=folder / "adjusted.npz", sweep=folder / "sweep.csv")
    swept = [step for step in recipe.steps if registry.declared("stage3_steps", step["name"], "SWEEPS", None)]
    assert (folder / "sweep.csv").read_text().count("True") == len(swept)
    return np.load(folder / "adjusted.npz")["test"]


@pytest.mark.parametrize("method", MATRIX.canonical_methods())
def test_a_method_runs_from_signals_to_metrics(method, tmp_path):
    stage = MATRIX.last_stage(method)
    owner = MATRIX.owner(method, stage)
    if stage == "stage3":
        logits = third(owner, tmp_path)
    else:
        logits = (first(owner) if stage == "stage1" else second(owner))[0].logits["test"]
    assert logits.shape == (len(STORE.test_labels), CLASSES)
    values = metrics.evaluate(logits, STORE.test_labels, SPLIT.class_counts, many_above=20, few_below=10)
    assert 0 <= values["balanced_accuracy"] <= 1
    assert values["nll"] > 0
