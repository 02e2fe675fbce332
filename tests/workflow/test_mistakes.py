"""Invalid input ends a run before any training, with a sentence and without a traceback."""

import re
import shutil

import numpy as np
import pytest


def ratios_and_source(experiments):
    experiments["experiments"]["main"]["imbalance_ratios"] = [0.5]
    experiments["datasets"]["small"]["source"]["separation"] = -1.0


def keys_and_names(experiments):
    experiments["methods"]["focal"]["stage1"] |= {"los": "ce", "loss": "focall"}


def files_and_sizes(experiments):
    experiments["experiments"]["main"]["imbalance_ratios"] = [2, 100]
    source = {"name": "files", "train": "data/X.npy", "train_labels": "data/Y.npy", "holdout": 0.3}
    experiments["datasets"]["small"]["source"] = source


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (
            ratios_and_source,
            ("main.imbalance_ratios[0]: got 0.5, expected a number of at least 1", "separation: got -1.0"),
        ),
        (keys_and_names, ("methods.focal.stage1.los: unknown key", "did you mean 'focal'?")),
        (files_and_sizes, ("100 leaves the rarest class of small without signals", "no file 'data/X.npy'")),
    ],
)
def test_mistakes_in_the_experiment_file_stop_even_a_dry_run(project, experiments, change, sentences):
    change(experiments)
    project.configure(experiments)
    completed = project.snakemake("--dry-run", check=False)
    assert completed.returncode != 0
    assert all(completed.stdout.count(sentence) == 1 for sentence in sentences)
    assert "Traceback" not in completed.stdout


@pytest.mark.parametrize(
    ("overlay", "old", "new", "sentence"),
    [
        (False, "run:", "results: other\nrun:", ": the key 'results' appears twice in one mapping; keep one"),
        (False, "run:", "\tkey: 1\nrun:", ": indented by a tab"),
        (True, "run:", "run：", ": a full-width colon"),
    ],
)
def test_a_mistake_of_form_is_named_with_file_and_line(project, experiments, overlay, old, new, sentence):
    project.configure(experiments)
    name, arguments = "config/experiments.yaml", []
    if overlay:
        shutil.copy(project.root / name, project.root / "over.yaml")
        name, arguments = "over.yaml", ["--configfile", "over.yaml"]
    project.edit(name, old, new)
    completed = project.snakemake("--dry-run", *arguments, check=False)
    assert completed.returncode != 0
    assert f"{name}, line" in completed.stdout
    assert sentence in completed.stdout
    assert "Traceback" not in completed.stdout


def test_a_target_after_configfile_is_answered_with_the_right_order(project, experiments):
    project.configure(experiments)
    arguments = ["--dry-run", "--configfile", "config/quick.yaml", "results/report/report.html"]
    completed = project.snakemake(*arguments, check=False)
    assert completed.returncode != 0
    assert "write it before --configfile" in completed.stdout
    assert "Traceback" not in completed.stdout


def run_to_failure(project, experiments):
    """Run the experiments, which must fail before any training and without a traceback; return what was printed."""
    project.configure(experiments)
    completed = project.snakemake(check=False)
    assert completed.returncode != 0
    assert "Traceback" not in completed.stdout
    assert not project.files("results/**/model.pt")
    return completed.stdout


def test_a_wrong_value_stops_the_run_before_any_job(project, experiments):
    experiments["methods"]["focal"]["stage1"]["loss"]["gamma"] = -2.0
    text = run_to_failure(project, experiments)
    assert text.count("The experiment file has mistakes") == 1
    assert text.count("methods.focal.stage1.loss.gamma: got -2.0") == 1
    assert not project.files("results/**/*.npy")


@pytest.fixture
def with_recordings(project, experiments):
    """A function that adds a data set of recordings in one file, in which some arrays are replaced."""
    signals = np.random.default_rng(0).normal(size=(60, 128, 2)).astype(np.float32)
    arrays = {"X_train": signals, "Y_train": np.arange(60) % 3, "X_test": signals + 1, "Y_test": np.arange(60) % 3}
    (project.root / "data").mkdir()
    experiments["experiments"]["main"]["datasets"] = []
    experiments["datasets"] = {}

    def add(name, change=lambda arrays: {}):
        np.savez(project.root / "data" / f"{name}.npz", **(arrays | change(arrays)))
        source = {"name": "files", "train": f"data/{name}.npz"}
        experiments["datasets"][name] = {"source": source, "split": {"n_max": 10}}
        experiments["experiments"]["main"]["datasets"].append(name)

    return add


@pytest.mark.fault("a data file is truncated, or has labels for another number of signals", "named")
def test_mistakes_of_all_data_sets_stop_the_run_before_any_job(project, experiments, with_recordings):
    with_recordings("unequal", lambda arrays: {"Y_train": arrays["Y_train"][:-1]})
    with_recordings("shifted", lambda arrays: {"Y_test": arrays["Y_test"] + 1})
    with_recordings("truncated")
    path = project.root / "data" / "truncated.npz"
    path.write_bytes(path.read_bytes()[:-1000])
    text = run_to_failure(project, experiments)
    assert re.search(r"datasets.unequal.source: data/unequal.npz: .*\b60\b.*\b59\b", text)
    assert "datasets.shifted.source: data/shifted.npz: test labels are 1...3" in text
    assert "datasets.truncated.source: data/truncated.npz: " in text
    assert not project.files("results/**/prepare.log")


@pytest.mark.fault("recordings with NaN, or the same ones in training and test part", "named")
def test_signals_that_cannot_be_used_end_the_preparation(project, experiments, with_recordings):
    def with_nan(arrays):
        signals = arrays["X_train"].copy()
        signals[7, 3, 0] = np.nan
        return {"X_train": signals}

    with_recordings("undefined", with_nan)
    with_recordings("copied", lambda arrays: {"X_test": arrays["X_train"][::2], "Y_test": arrays["Y_train"][::2]})
    text = run_to_failure(project, {**experiments, "on_failure": "stop"})
    assert re.search(r"data/undefined.npz: .*\bsignal 7\b", text)
    assert "30 of 30 test signals are exact copies of training signals" in text
