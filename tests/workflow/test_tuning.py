"""A tuned matrix from end to end: nothing that trains, chooses or tunes sees the test part; kills change nothing."""

import json
import os
import re
import shutil
import signal

import numpy as np
import pytest
from conftest import EXPERIMENTS
from workflow.conftest import wait_until

from ltsei.pipeline.rule_table import RULES

CELL = "results/small/ir2/seed0"
METHODS = ["ce", "crt", "la_posthoc"]
LEARNING = {name for name, rule in RULES.items() if rule.trains or rule.name in ("features", "stage3")} | {
    name for name, rule in RULES.items() if rule.tuning in ("trials", "choice")
}
"""The rules that train, choose or tune."""
UNKNOWN = ("/unknown/", "/open_set/")
"""What every path to signals of unknown classes holds, or to results on them."""
FORBIDDEN = (
    *("labels_test", "logits_test", "trials.zip", "metrics.json", "per_class", "experts.npz"),
    *("selection_on_test", *UNKNOWN),
)
REPORTS = {"report", "block_report", "report_tables", "block_tables"}


def tuned(experiments):
    main = experiments["experiments"]["main"]
    tuning = {"trials": 3, "trials_per_job": 2, "search": {"epochs": None}, "select_by": "val_balanced_accuracy"}
    block = {**main, "methods": METHODS, "imbalance_ratios": [2], "tuning": tuning}
    return {**experiments, "checkpoint_minutes": 1e-6, "experiments": {"main": block}}


@pytest.fixture(scope="module")
def project(finished, tmp_path_factory):
    project = finished.copied(tmp_path_factory.mktemp("tuning") / "project")
    project.configure(tuned(EXPERIMENTS))
    project.snakemake(*(f"{CELL}/{method}{version}/metrics.json" for method in METHODS for version in ("", ".tuned")))
    return project


def inputs_by_rule(text):
    """Return (rule, input paths) of each job that a dry run prints."""
    jobs = re.split(r"^(?:local)?rule ", text, flags=re.MULTILINE)[1:]
    for job in jobs:
        inputs = re.search(r"^ +input: (.*)$", job, re.MULTILINE)
        yield job.partition(":")[0], inputs[1].split(", ") if inputs else []


def test_no_job_that_trains_chooses_or_tunes_has_test_labels_or_test_logits_among_its_inputs(project):
    text = project.snakemake("--dry-run", "--forceall", "--quiet", "host", check=True).stdout
    jobs = list(inputs_by_rule(text))
    seen = {rule for rule, _ in jobs}
    assert seen >= {"stage1", "stage1_trials", "stage1_choice", "stage2_trials", "stage3_trials", "stage3", "features"}
    wrong = [(rule, path) for rule, inputs in jobs if rule in LEARNING for path in inputs if forbidden(path)]
    assert wrong == []
    evaluated = [inputs for rule, inputs in jobs if rule == "evaluate"]
    assert all(any(forbidden(path) for path in inputs) for inputs in evaluated)


def test_only_open_set_metrics_read_signals_of_unknown_classes_and_only_reports_read_these(project, tmp_path):
    copy = project.copied(tmp_path / "copy")
    experiments = tuned(EXPERIMENTS)
    experiments["datasets"] = {**EXPERIMENTS["datasets"], "held": {"from": "small", "unknown_classes": 2}}
    experiments["experiments"]["main"]["datasets"] = ["held"]
    copy.configure(experiments)
    text = copy.snakemake("--dry-run", "--forceall", "--quiet", "host").stdout
    jobs = list(inputs_by_rule(text))
    assert {rule for rule, _ in jobs} >= {"stage1_trials", "stage2_choice", "stage3", "features", "prepare_unknown"}
    assert {rule for rule, inputs in jobs if any(map(of_unknown_classes, inputs))} == {"open_set", *REPORTS}
    read_by_reports = {path for rule, inputs in jobs if rule in REPORTS for path in filter(of_unknown_classes, inputs)}
    assert {path.rpartition("/")[2] for path in read_by_reports} == {"open_set.json"}


def test_nothing_but_reports_reads_what_a_choice_on_the_test_part_would_have_given(project):
    text = project.snakemake("--dry-run", "--forceall", "--quiet", "host", check=True).stdout
    readers = [rule for rule, inputs in inputs_by_rule(text) if any("selection_on_test" in path for path in inputs)]
    assert set(readers) == REPORTS


def test_without_tuning_and_without_an_oracle_nothing_is_chosen_on_the_test_part(project, tmp_path):
    copy = project.copied(tmp_path / "copy")
    assert "selection_on_test" in copy.planned("all")
    copy.configure({**tuned(EXPERIMENTS), "selection_on_test": False})
    assert "selection_on_test" not in copy.planned("all")
    copy.configure(EXPERIMENTS)
    assert "selection_on_test" not in copy.planned("all")
    honest = {"from": "small", "split": {"validation": {"fraction": 0.2}}}
    block = EXPERIMENTS["experiments"]["main"] | {"datasets": ["small", "honest"]}
    datasets = EXPERIMENTS["datasets"] | {"honest": honest}
    copy.configure({**EXPERIMENTS, "datasets": datasets, "experiments": {"main": block}})
    planned = copy.planned("all")
    assert planned["selection_on_test"] == 2 * len(block["imbalance_ratios"]) * len(block["seeds"])


def test_the_best_trial_on_the_test_part_is_at_least_as_good_there_as_the_chosen_one(project, tmp_path):
    copy = project.copied(tmp_path / "copy")
    methods = [f"{method}.tuned" for method in METHODS]
    paths = [f"{CELL}/{method}/selection_on_test/selection.json" for method in methods]
    copy.snakemake(*paths)
    for method, path in zip(methods, paths, strict=True):
        selection = json.loads((copy.root / path).read_text())
        metrics = json.loads((copy.root / CELL / method / "metrics.json").read_text())
        assert selection["chosen"] == pytest.approx(metrics["balanced_accuracy"])
        assert selection["on_test"] >= selection["chosen"]
        assert selection["choice"] in range(3)


@pytest.mark.parametrize("choice_seeds", [[], [7, 8]])
def test_a_tuned_matrix_can_be_planned_for_slurm(project, tmp_path, choice_seeds):
    copy = project.copied(tmp_path / "copy")
    experiments = tuned(EXPERIMENTS)
    experiments["experiments"]["main"]["tuning"]["choice_seeds"] = choice_seeds
    copy.configure(experiments)
    planned = copy.planned("--profile", "slurm", "--forceall")
    assert planned == copy.planned("--forceall")


def of_unknown_classes(path):
    return any(name in path for name in UNKNOWN)


def forbidden(path):
    return any(name in path for name in FORBIDDEN)


def test_a_tuned_cell_is_its_chosen_trial_and_that_has_the_best_validation_score(project):
    labels = np.load(project.root / "results/small/signals/labels_train.npy")
    val = np.load(project.root / CELL / "split.npz")["val"]
    for method in ("ce", "crt", "la_posthoc"):
        folder = project.root / CELL / f"{method}.tuned"
        choice = json.loads((folder / "choice" / "choice.json").read_text())
        trials = np.concatenate([np.load(path) for path in sorted(folder.glob("trials/*/logits_val.npy"))])
        assert len(trials) == 3
        scores = [
            np.mean([np.mean(logits[labels[val] == label].argmax(1) == label) for label in range(4)])
            for logits in trials
        ]
        assert [row["score"] for row in choice["trials"]] == pytest.approx(scores)
        assert choice["chosen"] == int(np.argmax(scores))
        last = {"ce": "stage1", "crt": "stage2", "la_posthoc": "stage3"}[method]
        assert np.array_equal(np.load(folder / last / "logits_val.npy"), trials[choice["chosen"]])
        metrics = json.loads((folder / "metrics.json").read_text())
        test = np.load(folder / (f"{last}_test" if last == "stage3" else last) / "logits_test.npy")
        truth = np.load(project.root / "results/small/signals/labels_test.npy")
        recalls = [np.mean(test[truth == label].argmax(axis=1) == label) for label in range(4)]
        assert metrics["balanced_accuracy"] == pytest.approx(np.mean(recalls))


def test_the_first_trial_is_the_untuned_method(project):
    trials = np.load(project.root / CELL / "ce.tuned/trials/000-001/logits_val.npy")
    assert np.array_equal(trials[0], np.load(project.root / CELL / "ce/stage1/logits_val.npy"))


def test_the_record_of_a_tuned_stage_has_the_chosen_parameters(project):
    folder = project.root / CELL / "ce.tuned"
    choice = json.loads((folder / "choice" / "choice.json").read_text())
    recipe = json.loads((folder / "stage1" / "recipe.json").read_text())["recipe"]["stage1_tuned"]
    assert recipe["lr"] == choice["trials"][choice["chosen"]]["parameters"]["stage1.lr"]


def test_more_trials_leave_those_that_are_done_alone(project, tmp_path):
    copy = project.copied(tmp_path / "copy")
    text = (copy.root / "config" / "experiments.yaml").read_text()
    (copy.root / "config" / "experiments.yaml").write_text(text.replace("trials: 3\n", "trials: 6\n"))
    planned = copy.planned(f"{CELL}/ce.tuned/metrics.json")
    assert planned == {"stage1_trials": 2, "stage1_choice": 1, "stage1_tuned": 1, "evaluate": 1}


@pytest.mark.fault("a run of trials is killed (SIGKILL)", "complete")
def test_killed_trials_resume_and_end_with_the_same_bytes(project, tmp_path):
    copy = project.copied(tmp_path / "copy")
    target = f"{CELL}/ce.tuned/metrics.json"
    before = copy.files(f"{CELL}/ce.tuned/**/*.np?") | copy.files(f"{CELL}/ce.tuned/**/*.zip")
    before = {path: content for path, content in before.items() if "features" not in path.parts}
    shutil.rmtree(copy.root / CELL / "ce.tuned")
    held = copy.hold("stage1_trials", 2)
    running = copy.start(target)
    wait_until(lambda: list(copy.root.glob(f"{CELL}/ce.tuned/trials/*/resume/*/stage1/resume/state.pt")), running)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    held.unlink()
    copy.snakemake("--unlock")
    copy.snakemake(target, "--rerun-incomplete")
    log = (copy.root / CELL / "ce.tuned/trials/000-001/logs/stage1_trials.log").read_text()
    assert "training resumes" in log
    after = copy.files(f"{CELL}/ce.tuned/**/*.np?") | copy.files(f"{CELL}/ce.tuned/**/*.zip")
    assert after == before
    assert not list(copy.root.glob(f"{CELL}/**/resume"))
