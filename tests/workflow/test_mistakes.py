"""Invalid input ends a run before any training, with a sentence and without a traceback."""

import numpy as np
import pytest


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda c: c["methods"]["focal"]["stage1"].update(los="ce"), "methods.focal.stage1.los: unknown key"),
        (lambda c: c["methods"]["focal"]["stage1"].update(loss="focall"), "did you mean 'focal'?"),
        (lambda c: c["experiments"]["main"].update(imbalance_ratios=[0.5]), "got 0.5, expected a number of at least 1"),
    ],
)
def test_a_mistake_in_the_experiment_file_stops_even_a_dry_run(project, experiments, change, sentence):
    change(experiments)
    project.configure(experiments)
    completed = project.snakemake("--dry-run", check=False)
    assert completed.returncode != 0
    assert sentence in completed.stdout
    assert "Traceback" not in completed.stdout


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("run:", "results: other\nrun:", ": the key 'results' appears twice in one mapping; keep one"),
        ("run:", "\tkey: 1\nrun:", ": indented by a tab"),
        ("run:", "run：", ": a full-width colon"),
    ],
)
@pytest.mark.parametrize("overlay", [False, True])
def test_a_mistake_of_form_is_named_with_file_and_line(project, experiments, old, new, sentence, overlay):
    project.configure(experiments)
    name, arguments = "config/experiments.yaml", []
    if overlay:
        (project.root / "over.yaml").write_text((project.root / name).read_text())
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


def test_a_wrong_value_stops_the_run_before_any_job(project, experiments):
    experiments["methods"]["focal"]["stage1"]["loss"]["gamma"] = -2.0
    project.configure(experiments)
    completed = project.snakemake(check=False)
    assert completed.returncode != 0
    assert "methods.focal.stage1" in completed.stdout
    assert "gamma" in completed.stdout
    assert "Traceback" not in completed.stdout
    assert not project.files("results/**/*.npy")


def test_a_ratio_that_empties_the_rarest_class_is_refused(project, experiments):
    experiments["experiments"]["main"]["imbalance_ratios"] = [2, 100]
    completed = run_to_failure(project, experiments)
    assert "100 leaves the rarest class of small without signals" in completed.stdout


def test_a_wrong_value_of_a_source_stops_the_run_before_any_job(project, experiments):
    experiments["datasets"]["small"]["source"]["separation"] = -1.0
    completed = run_to_failure(project, experiments)
    assert "datasets.small.source" in completed.stdout
    assert "separation" in completed.stdout
    assert not project.files("results/**/*.npy")


def write_signals(folder, signals, labels):
    folder.mkdir(exist_ok=True)
    np.save(folder / "X.npy", signals)
    np.save(folder / "Y.npy", labels)


def with_files_source(project, experiments, signals, labels):
    write_signals(project.root / "data", signals, labels)
    source = {"name": "files", "train": "data/X.npy", "train_labels": "data/Y.npy", "holdout": 0.3}
    experiments["datasets"] = {"small": {"source": source, "split": {"n_max": 10}}}
    return experiments


def run_to_failure(project, experiments):
    project.configure(experiments)
    completed = project.snakemake(check=False)
    assert completed.returncode != 0
    assert "Traceback" not in completed.stdout
    assert not project.files("results/**/model.pt")
    return completed


def recordings(count=60, length=128):
    signals = np.random.default_rng(0).normal(size=(count, length, 2)).astype(np.float32)
    return signals, np.arange(count) % 3


def test_a_truncated_file_is_named(project, experiments):
    experiments = with_files_source(project, experiments, *recordings())
    path = project.root / "data" / "X.npy"
    path.write_bytes(path.read_bytes()[:-1000])
    assert "data/X.npy" in run_to_failure(project, experiments).stdout


def test_a_signal_with_nan_is_named_with_its_file(project, experiments):
    signals, labels = recordings()
    signals[7, 3, 0] = np.nan
    completed = run_to_failure(project, with_files_source(project, experiments, signals, labels))
    assert "data/X.npy" in completed.stdout
    assert "signal 7" in completed.stdout


def test_labels_of_another_number_than_the_signals_are_refused_with_both_numbers(project, experiments):
    signals, labels = recordings()
    completed = run_to_failure(project, with_files_source(project, experiments, signals, labels[:-1]))
    assert "60" in completed.stdout
    assert "59" in completed.stdout


def test_mistakes_of_all_data_sets_stop_the_run_before_any_job(project, experiments):
    signals, labels = recordings()
    experiments = with_files_source(project, experiments, signals, labels[:-1])
    second = {"name": "files", "train": "data/both.npz"}
    arrays = {"X_train": signals, "Y_train": labels, "X_test": signals + 1, "Y_test": labels + 1}
    np.savez(project.root / "data" / "both.npz", **arrays)
    experiments["datasets"]["shifted"] = {"source": second, "split": {"n_max": 10}}
    experiments["experiments"]["main"]["datasets"] = ["small", "shifted"]
    completed = run_to_failure(project, experiments)
    assert "datasets.small.source: data/X.npy: " in completed.stdout
    assert "datasets.shifted.source: data/both.npz: test labels are 1...3" in completed.stdout
    assert not project.files("results/**/prepare.log")


def test_copies_of_training_signals_in_the_test_part_end_the_preparation(project, experiments):
    signals, labels = recordings()
    arrays = {"X_train": signals, "Y_train": labels, "X_test": signals[::2], "Y_test": labels[::2]}
    experiments = with_files_source(project, experiments, signals, labels)
    np.savez(project.root / "data" / "both.npz", **arrays)
    experiments["datasets"]["small"]["source"] = {"name": "files", "train": "data/both.npz"}
    completed = run_to_failure(project, experiments)
    assert "30 of 30 test signals are exact copies of training signals" in completed.stdout


def test_a_missing_file_is_named_before_any_job_runs(project, experiments):
    experiments = with_files_source(project, experiments, *recordings())
    (project.root / "data" / "X.npy").unlink()
    project.configure(experiments)
    completed = project.snakemake("--dry-run", check=False)
    assert "datasets.small.source.train: no file 'data/X.npy'" in completed.stdout
