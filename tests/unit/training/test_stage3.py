"""Stage 3 from logits to its files."""

import csv
import subprocess
import sys

import numpy as np
import pytest
import torch
from tones import Paths, paths_in

from ltsei.components.stage3_steps._shared import Outputs
from ltsei.config.stages import Stage3
from ltsei.core.context import prior_context
from ltsei.runtime import checkpoint
from ltsei.training import stage3
from ltsei.training.model import stored_component, stored_context

COUNTS = np.array([80, 15, 5])
RNG = np.random.default_rng(0)
LABELS = np.arange(30) % 3
LOGITS = {"val": RNG.standard_normal((30, 3)), "test": RNG.standard_normal((12, 3))}


def run(*steps):
    return stage3.adjust(Stage3(steps=list(steps)), Outputs(LOGITS["val"]), LABELS, COUNTS)


def on_test(adjusted):
    return stage3.applied(adjusted.steps, Outputs(LOGITS["test"]), COUNTS).logits


def adjustment(tau):
    return {"name": "logit_adjustment", "tau": tau}


def test_a_neutral_step_changes_nothing():
    after = run(adjustment(0.0))
    assert np.array_equal(after.outputs.logits, LOGITS["val"])
    assert np.array_equal(on_test(after), LOGITS["test"])


def test_steps_are_applied_one_after_the_other():
    once, twice = run(adjustment(1.0)), run(adjustment(0.25), adjustment(0.75))
    assert np.allclose(on_test(once), on_test(twice))
    assert [row["step"] for row in twice.sweep] == ["logit_adjustment"] * 2


def test_a_free_parameter_is_chosen_on_validation_and_the_sweep_says_how():
    free = {"name": "logit_adjustment", "grid": [0.0, 1.0, 0.5], "select_by": "val_balanced_accuracy"}
    adjusted = run({**free, "tau": None})
    assert [row["value"] for row in adjusted.sweep] == [0.0, 0.5, 1.0]
    (chosen,) = [row for row in adjusted.sweep if row["chosen"]]
    assert chosen["balanced_accuracy"] == max(row["balanced_accuracy"] for row in adjusted.sweep)
    fixed = run(adjustment(chosen["value"]))
    assert np.array_equal(on_test(adjusted), on_test(fixed))
    assert adjusted.steps == [{**free, "tau": chosen["value"]}]


def test_a_step_is_fitted_on_what_the_steps_before_it_left():
    scale = {"name": "temperature_scaling", "temperature": None}
    informative = Outputs(3 * (LOGITS["val"] + np.eye(3)[LABELS]))
    sweep = stage3.adjust(Stage3(steps=[scale, scale]), informative, LABELS, COUNTS).sweep
    first, second = (row["value"] for row in sweep if row["chosen"])
    assert 1.5 < first < 10
    assert second == pytest.approx(1.0, abs=1e-4)  # already scaled, there is nothing left to scale


def test_the_files_hold_logits_as_float32_and_a_row_per_value(tmp_path):
    for folder in ("first", "second"):
        run(adjustment(1.0)).write(paths_in(tmp_path / folder, "stage3"))
    logits = np.load(tmp_path / "first" / "logits_val.npy")
    assert (logits.shape, logits.dtype) == ((30, 3), np.float32)
    with (tmp_path / "first" / "sweep.csv").open() as file:
        (row,) = csv.DictReader(file)
    assert list(row) == ["step", "parameter", "value", "balanced_accuracy", "chosen"]
    assert (row["step"], row["parameter"], row["value"], row["chosen"]) == ("logit_adjustment", "tau", "1.0", "True")
    for name in ("logits_val.npy", "steps.json", "sweep.csv"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


@pytest.fixture
def trained(tmp_path):
    """The paths of a stage with a linear head, and the head."""
    context = prior_context(COUNTS, signal_shape=(8, 2), sample_rate_hz=None, in_features=4)
    with torch.random.fork_rng():
        head = context.build("heads", "linear")
    checkpoint.save(
        tmp_path / "head.pt", {"head": stored_component({"name": "linear"}, head), "context": stored_context(context)}
    )
    paths = Paths(classifier=tmp_path / "head.pt")
    for part, values in LOGITS.items():
        paths[f"features_{part}"] = tmp_path / f"{part}.npy"
        features = RNG.standard_normal((len(values), 4)).astype(np.float32)
        np.save(paths[f"features_{part}"], features)
        paths[f"logits_{part}"] = tmp_path / f"logits_{part}.npy"
        np.save(paths[f"logits_{part}"], head(torch.from_numpy(features)).logits.detach().numpy())
    return paths, head


def test_a_step_on_the_head_gets_weight_bias_and_features_in_float64(trained):
    paths, head = trained
    test = stage3.read_outputs(Stage3(steps=["tau_norm"]), paths, "test")
    assert {values.dtype for values in (test.logits, test.features, test.weight, test.bias)} == {np.dtype(float)}
    assert np.allclose(test.features @ test.weight.T + test.bias, test.logits, atol=1e-6)
    assert np.array_equal(test.weight, head.weight.detach().double().numpy())


def test_tau_norm_gives_all_classes_one_norm(trained):
    recipe = Stage3(steps=[{"name": "tau_norm", "tau": 1.0}])
    adjusted = stage3.adjust(recipe, stage3.read_outputs(recipe, trained[0], "val"), LABELS, COUNTS)
    assert np.allclose(np.linalg.norm(adjusted.outputs.weight, axis=1), 1.0)


def test_a_step_on_logits_alone_needs_neither_features_nor_torch(trained):
    paths = {name: str(path) for name, path in trained[0].items() if not name.startswith("features")}
    code = f"""
import sys
from ltsei.training import stage3
from ltsei.config.stages import Stage3
class Paths(dict):
    __getattr__ = dict.__getitem__
stage3.read_outputs(Stage3(steps=["logit_adjustment"]), Paths({paths}), "val")
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_nearest_class_mean_reads_the_training_features(trained, tmp_path):
    recipe, paths = Stage3(steps=["ncm", "logit_adjustment"]), trained[0]
    features, labels = RNG.standard_normal((9, 4)).astype(np.float32), np.arange(9) % 3
    np.save(tmp_path / "train.npy", features)
    training = stage3.read_training(Paths(features_train=tmp_path / "train.npy"), labels)
    adjusted = stage3.adjust(recipe, stage3.read_outputs(recipe, paths, "val"), LABELS, COUNTS, training)
    test = stage3.applied(adjusted.steps, stage3.read_outputs(recipe, paths, "test"), COUNTS, training)
    assert [row["step"] for row in adjusted.sweep] == ["logit_adjustment"]
    assert test.weight is None
    assert np.isfinite(test.logits).all()


def test_without_a_file_there_is_no_training_set():
    assert stage3.read_training(Paths(), LABELS) is None
