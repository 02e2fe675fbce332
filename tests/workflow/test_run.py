"""A small real matrix from end to end: complete, reproducible, and re-run only where something changed."""

import json

import numpy as np
import pytest
from conftest import EXPERIMENTS

from workflow import preloaded

CELL = "results/small/ir2/seed0"
BLOCK = ("block_report", "block_tables", "block_figures")
REPORTS = dict.fromkeys(["report", "report_tables", "report_figures", *BLOCK, "all"], 1)


STAGES = {"ce": "stage1", "focal": "stage1", "crt": "stage2", "tau_norm": "stage3_test", "crt_tau": "stage3_test"}
"""The folder of the test logits of each method, which are evaluated."""


@pytest.mark.parametrize("method", STAGES)
def test_the_metrics_of_a_cell_are_those_of_its_last_logits_and_the_test_labels(finished, method):
    cell = finished.root / CELL / method
    logits = np.load(cell / STAGES[method] / "logits_test.npy")
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


def test_a_second_run_does_nothing_says_so_and_has_no_summary(finished_copy):
    before = finished_copy.files("results/**/*")
    again = finished_copy.snakemake().stdout
    assert "Nothing to be done" in again
    assert "jobs done" not in again
    assert finished_copy.files("results/**/*") == before


def test_a_changed_setting_of_one_method_re_runs_only_that_method(finished_copy):
    experiments = {
        **EXPERIMENTS,
        "methods": {**EXPERIMENTS["methods"], "crt": {"from": "ce", "stage2": {"mode": "crt", "lr": 0.2}}},
    }
    finished_copy.configure(experiments)
    assert finished_copy.planned() == {"stage2": 2, "stage3": 2, "stage3_test": 2, "evaluate": 4} | REPORTS


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


def test_a_missing_cell_is_made_again_with_only_the_reports_that_show_it(finished_copy):
    (finished_copy.root / CELL / "crt" / "metrics.json").unlink()
    assert finished_copy.planned() == {"evaluate": 1} | REPORTS
    main = EXPERIMENTS["experiments"]["main"]
    blocks = {"main": main, "part": {**main, "methods": ["ce", "focal"]}}
    finished_copy.configure({**EXPERIMENTS, "run": list(blocks), "experiments": blocks})
    page = "results/report/part/report.html"
    assert finished_copy.planned(page) == {"block_report": 1}
    (finished_copy.root / CELL / "focal" / "metrics.json").unlink()
    assert finished_copy.planned(page) == {"evaluate": 1, "block_report": 1}


def test_verify_names_results_that_no_longer_match(finished_copy):
    assert verify(finished_copy) == (0, "12 current, 0 out of date, 0 missing, 0 damaged\n")
    finished_copy.edit("src/ltsei/components/losses/focal.py", "return ", "_ = 1; return ")
    status, text = verify(finished_copy)
    assert status == 1
    assert "out of date: small/ir2/seed0/focal: changed stage1\n" in text
    assert text.endswith("10 current, 2 out of date, 0 missing, 0 damaged\n")


def verify(project):
    environment = {"PYTHONPATH": str(project.root / "src"), "PATH": ""}
    return preloaded.run("ltsei", ["verify"], project.root, environment)


def test_snakemakes_own_report_is_written(finished_copy):
    finished_copy.snakemake("--report", "snakemake-report.html")
    text = (finished_copy.root / "snakemake-report.html").read_text()
    assert "per_class.csv" in text
    assert "imbalance ratio" in text
