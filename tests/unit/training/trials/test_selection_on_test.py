"""What a choice on the test part would have given, from the results of trials and of post-hoc steps."""

import numpy as np
import pytest
import torch
from tones import make_store, split_of

from ltsei.components.stage3_steps._shared import Outputs
from ltsei.config.recipe import Trials
from ltsei.config.search_space import search_space
from ltsei.config.stages import Stage1, Stage3
from ltsei.core import files
from ltsei.numerics.confusion import balanced_accuracy
from ltsei.runtime.attempt import Attempt
from ltsei.training import stage3
from ltsei.training.trials import run
from ltsei.training.trials.cell import CellOfTrial, InputPaths
from ltsei.training.trials.selection_on_test import select_on_test

STORE = make_store()
SPLIT = split_of(STORE, validation={"protocol": "balanced", "per_class": 4})
LABELS = np.arange(len(STORE.test_signals)) % 3
COUNTS = np.array([100, 10, 1])
STEPS = Stage3(steps=[{"name": "logit_adjustment", "tau": None}])
RNG = np.random.default_rng(5)


def rating(logits):
    return balanced_accuracy(LABELS, logits.argmax(axis=1), 3)


def selected(recipe, **inputs):
    training = STORE.train_labels[SPLIT.train]
    return select_on_test(recipe, InputPaths(inputs), LABELS, COUNTS, training)


def write(path, array):
    files.write_npy(path, array)
    return str(path)


def choice(path, scores):
    files.write_json(path, {"trials": [{"trial": trial, "score": score} for trial, score in enumerate(scores)]})
    return str(path)


def archive(folder, stages, trials=3):
    """Run trials and return the path of their archive."""
    settings = Trials(stages=stages, space=search_space(stages))
    cell = CellOfTrial(STORE, SPLIT, 0, torch.device("cpu"), Attempt())
    outputs = InputPaths(logits_val=str(folder / "logits_val.npy"), archive=str(folder / "trials.zip"))
    run.run(run.Run(settings, {}, cell, str(folder / "resume"), "these data"), range(trials), outputs)
    return outputs.archive


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    stage = Stage1(
        backbone={"name": "convnet_adsb", "width": 0.05},
        head="linear",
        sampler="instance_balanced",
        loss="cross_entropy",
        batch_size=8,
        epochs=2,
        lr=0.05,
        weight_decay=1e-4,
    )
    return folder, archive(
        folder, {"stage1": stage, "stage3": Stage3(steps=[{"name": "logit_adjustment", "tau": 0.5}])}
    )


def test_a_parameter_chosen_on_test_is_the_best_of_its_sweep_there(tmp_path):
    logits = RNG.normal(size=(len(LABELS), 3)) + np.log(COUNTS)
    files.write_npy(tmp_path / "chosen.npy", logits)
    paths = {"logits_chosen": str(tmp_path / "chosen.npy"), "logits_test": str(tmp_path / "chosen.npy")}
    result = selected(STEPS, **paths)
    values = np.arange(0, 2.01, 0.1)
    assert result["on_test"] == pytest.approx(
        max(rating(logits - tau * np.log(COUNTS / COUNTS.sum())) for tau in values)
    )
    assert result["chosen"] == pytest.approx(rating(logits))
    assert (result["among"], result["choice"][0]["name"]) == ("parameters", "logit_adjustment")


def test_the_trial_chosen_on_test_is_the_one_with_the_best_test_logits_after_its_own_steps(trained, tmp_path):
    folder, path = trained
    results = {}
    for trial in range(3):
        place = folder / "resume" / f"{trial:03d}"
        before = Outputs(np.load(place / "stage1" / "logits_test").astype(np.float64))
        steps = files.read_json(place / "stage3" / "steps")
        results[trial] = rating(stage3.applied(steps, before, SPLIT.class_counts).logits)
    files.write_npy(tmp_path / "chosen.npy", np.eye(3)[LABELS])
    inputs = {"logits_chosen": str(tmp_path / "chosen.npy"), "archives": [path]}
    recipe = Stage3(steps=[{"name": "logit_adjustment", "tau": 0.5}])
    result = select_on_test(
        recipe,
        InputPaths(inputs | {"choice": choice(tmp_path / "choice.json", [0.5, 0.5, 0.5])}),
        LABELS,
        SPLIT.class_counts,
        STORE.train_labels[SPLIT.train],
    )
    assert result["on_test"] == pytest.approx(max(results.values()))
    assert result["choice"] == max(results, key=lambda trial: results[trial])
    assert (result["among"], result["chosen"]) == ("trials", 1.0)


def test_without_stage_3_the_logits_of_the_last_training_count_and_diverged_trials_do_not(trained, tmp_path):
    folder, path = trained
    files.write_npy(tmp_path / "chosen.npy", np.eye(3)[LABELS])
    scores = [None, 0.5, None]
    result = selected(
        Stage3.model_construct(steps=[]),
        logits_chosen=str(tmp_path / "chosen.npy"),
        archives=[path],
        choice=choice(tmp_path / "choice.json", scores),
    )
    assert result["choice"] == 1
    assert result["on_test"] == pytest.approx(rating(np.load(folder / "resume" / "001" / "stage1" / "logits_test")))


def test_trials_of_stage_3_alone_start_from_the_logits_before_it(tmp_path):
    logits = RNG.normal(size=(len(LABELS), 3)) + np.log(COUNTS)
    recipe = Stage3(steps=[{"name": "logit_adjustment", "tau": 0.5}])
    before = {"logits_val": write(tmp_path / "val.npy", logits[: len(SPLIT.val)])}
    settings = Trials(stages={"stage3": recipe}, space=search_space({"stage3": recipe}))
    cell = CellOfTrial(STORE, SPLIT, 0, torch.device("cpu"), Attempt())
    outputs = InputPaths(logits_val=str(tmp_path / "logits_val.npy"), archive=str(tmp_path / "trials.zip"))
    run.run(run.Run(settings, before, cell, str(tmp_path / "resume"), "these data"), range(4), outputs)
    steps = [files.read_json(tmp_path / "resume" / f"{trial:03d}" / "stage3" / "steps") for trial in range(4)]
    expected = [rating(logits - step["tau"] * np.log(COUNTS / COUNTS.sum())) for (step,) in steps]
    test = write(tmp_path / "test.npy", logits)
    paths = {"archives": [outputs.archive], "choice": choice(tmp_path / "choice.json", [0.1] * 4)}
    result = selected(recipe, logits_chosen=test, logits_test=test, **paths)
    assert result["on_test"] == pytest.approx(max(expected))
    assert len(set(expected)) > 1
