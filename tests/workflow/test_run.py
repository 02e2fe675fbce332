"""A small real matrix from end to end: complete, reproducible, and re-run only where something changed."""

import json
import subprocess
import sys

import numpy as np
import pytest
from conftest import EXPERIMENTS

CELL = "results/small/ir2/seed0"
BLOCK = ("block_report", "block_tables", "block_figures")
REPORTS = dict.fromkeys(["report", "report_tables", "report_figures", *BLOCK, "all"], 1)


STAGES = {"ce": "stage1", "focal": "stage1", "crt": "stage2", "tau_norm": "stage3", "crt_tau": "stage3"}
"""The last stage of each method, whose logits are evaluated."""


@pytest.mark.parametrize("method", STAGES)
def test_the_metrics_of_a_cell_are_those_of_its_last_logits_and_the_test_labels(finished, method):
    cell = finished.root / CELL / method
    logits = np.load(cell / STAGES[method] / "logits.npz")["test"]
    labels = np.load(finished.root / "results" / "small" / "signals" / "labels_test.npy")
    recalls = [np.mean(logits[labels == label].argmax(axis=1) == label) for label in np.unique(labels)]
    metrics = json.loads((cell / "metrics.json").read_text())
    assert metrics["balanced_accuracy"] == pytest.approx(np.mean(recalls))
    assert (metrics["dataset"], metrics["ir"], metrics["seed"], metrics["method"]) == ("small", "2", 0, method)


def test_every_cell_is_evaluated_and_reported(finished):
    assert len(finished.files("results/small/*/*/*/metrics.json")) == 6 * 2
    assert finished.files("results/report/report.html")
    assert finished.files("results/report/main/report.html")


def test_no_partial_file_and_no_resume_state_is_left(finished):
    names = [path.name for path in (finished.root / "results").rglob("*")]
    assert not [name for name in names if name.endswith(".part") or name == "resume"]


def test_a_second_run_does_nothing(finished):
    assert finished.planned() == {}


def test_the_same_matrix_gives_the_same_bytes_with_any_number_of_parallel_jobs(finished, finished_copy):
    before = finished.files("results/small/**/*")
    cells = [f"results/small/{ratio}/seed0/crt_tau/metrics.json" for ratio in ("ir2", "ir4.5")]  # every stage
    finished_copy.snakemake("--forceall", "--cores", "5", *cells)
    after = finished_copy.files("results/small/**/*")
    written = [path for path in after if modified(finished_copy, path) > modified(finished, path)]
    compared = [path for path in written if path.suffix in {".pt", ".npy", ".npz", ".csv", ".json"}]
    assert len(compared) > 30
    assert [path for path in compared if after[path] != before[path]] == []


def modified(project, path):
    return (project.root / path).stat().st_mtime_ns


def test_a_changed_setting_of_one_method_re_runs_only_that_method(finished_copy):
    experiments = {
        **EXPERIMENTS,
        "methods": {**EXPERIMENTS["methods"], "crt": {"from": "ce", "stage2": {"mode": "crt", "lr": 0.2}}},
    }
    finished_copy.configure(experiments)
    assert finished_copy.planned() == {"stage2": 2, "stage3": 2, "evaluate": 4} | REPORTS


def test_an_edited_loss_re_runs_only_what_uses_it(finished_copy):
    finished_copy.edit("src/ltsei/components/losses/focal.py", "return ", "_ = 1; return ")
    assert finished_copy.planned() == {"stage1": 2, "evaluate": 2, "feature_map": 2} | REPORTS


def test_comments_dates_key_order_and_execution_settings_re_run_nothing(finished_copy):
    finished_copy.edit("src/ltsei/components/losses/focal.py", '"""', '"""In other words: ')
    finished_copy.edit("src/ltsei/training/fit.py", "import torch\n", "import torch  # the library\n")
    (finished_copy.root / "workflow" / "scripts" / "stage1.py").touch()
    (finished_copy.root / "src/ltsei/components/losses/.focal.py.swp").write_text("an editor's")
    finished_copy.configure({**dict(reversed(EXPERIMENTS.items())), "checkpoint_minutes": 3.0, "device": "cpu"})
    assert finished_copy.planned() == {}


def test_another_seed_adds_only_its_own_cells(finished_copy):
    block = {**EXPERIMENTS["experiments"]["main"], "seeds": [0, 1]}
    finished_copy.configure({**EXPERIMENTS, "experiments": {"main": block}})
    planned = finished_copy.planned()
    assert planned["stage1"] == 2 * 2
    assert planned["evaluate"] == 6 * 2
    assert "prepare" not in planned


def test_one_cell_is_made_again_by_its_path(finished_copy):
    target = f"{CELL}/crt/metrics.json"
    (finished_copy.root / target).unlink()
    assert finished_copy.planned(target) == {"evaluate": 1}
    finished_copy.snakemake(target)
    assert (finished_copy.root / target).exists()


def test_a_missing_cell_is_made_again_with_only_the_reports_that_show_it(finished_copy):
    main = EXPERIMENTS["experiments"]["main"]
    blocks = {"main": main, "part": {**main, "methods": ["ce", "focal"]}}
    finished_copy.configure({**EXPERIMENTS, "run": list(blocks), "experiments": blocks})
    finished_copy.snakemake()
    (finished_copy.root / CELL / "crt" / "metrics.json").unlink()
    assert finished_copy.planned() == {"evaluate": 1} | REPORTS
    (finished_copy.root / CELL / "focal" / "metrics.json").unlink()
    assert finished_copy.planned() == {"evaluate": 2} | REPORTS | dict.fromkeys(BLOCK, 2)


def test_verify_names_results_that_no_longer_match(finished_copy):
    assert verify(finished_copy) == (0, "12 current, 0 stale, 0 missing, 0 damaged\n")
    finished_copy.edit("src/ltsei/components/losses/focal.py", "return ", "_ = 1; return ")
    status, text = verify(finished_copy)
    assert status == 1
    assert "stale: small/ir2/seed0/focal: changed stage1\n" in text
    assert text.endswith("10 current, 2 stale, 0 missing, 0 damaged\n")


def verify(project):
    command = [sys.executable, "-m", "ltsei", "verify"]
    environment = {"PYTHONPATH": str(project.root / "src"), "PATH": ""}
    completed = subprocess.run(command, cwd=project.root, env=environment, text=True, capture_output=True)
    return completed.returncode, completed.stdout


def test_snakemakes_own_report_is_written(finished_copy):
    finished_copy.snakemake("--report", "snakemake-report.html")
    text = (finished_copy.root / "snakemake-report.html").read_text()
    assert "per_class.csv" in text
    assert "imbalance ratio" in text


@pytest.fixture
def broken(finished_copy):
    """A finished project in which one cell has lost its metrics and fails to compute them again."""
    for name in ("metrics.json", "per_class.csv"):
        (finished_copy.root / CELL / "crt" / name).unlink()
    (finished_copy.root / CELL / "crt" / "stage2" / "logits.npz").write_bytes(b"")
    return finished_copy


def test_a_failed_cell_costs_neither_the_other_cells_nor_the_report(broken):
    completed = broken.snakemake(check=False)
    assert completed.returncode != 0
    assert "<b>11</b> of 12" in (broken.root / "results/report/after_failure.html").read_text()
    assert broken.files(f"{CELL}/focal/metrics.json")
    broken.snakemake("partial_report")
    assert "<b>11</b> of 12" in (broken.root / "results/report/partial.html").read_text()
