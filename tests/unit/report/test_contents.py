"""Where the report finds the files of its cells, and for which it shows predictions."""

from conftest import SCRIPTS

from ltsei.pipeline.load import load_matrix
from ltsei.report import contents, recipe


def chosen(experiments, method="ce"):
    """Return a matrix with figures of one cell."""
    (ratio, *_), (seed, *_) = (experiments["experiments"]["main"][name] for name in ("imbalance_ratios", "seeds"))
    cell = {"dataset": "small", "imbalance_ratio": ratio, "seed": seed, "method": method}
    return load_matrix(experiments | {"figures": {"cells": [cell]}}, SCRIPTS)


def test_only_chosen_cells_have_predictions_made_from_the_logits_of_their_last_stage(experiments):
    matrix = chosen(experiments, method="crt")
    results = matrix.config.results
    cells = contents.contents(matrix, None, "").cells
    (cell,) = [cell for cell in cells if cell.logits_test]
    folder = f"small/ir{cell.ir}/seed{cell.seed}/crt"
    assert cell.method == "crt"
    assert cell.logits_test == f"{results}/{folder}/stage2/logits_test.npy"
    assert cell.labels_test == f"{results}/small/signals/labels_test.npy"
    assert cell.predictions == f"{results}/report/figures/{folder}/predictions.csv"
    assert {(each.labels_test, each.predictions) for each in cells if each != cell} == {("", "")}


def test_a_method_that_trains_on_balanced_signals_is_an_oracle_and_says_so(experiments):
    experiments["methods"]["bound"] = {"from": "ce", "stage2": {"mode": "crt", "signals": "balanced"}}
    experiments["methods"]["bound_tau"] = {"from": "bound", "stage3": ["tau_norm"]}
    experiments["experiments"]["main"]["methods"] += ["bound", "bound_tau"]
    cells = contents.contents(load_matrix(experiments, SCRIPTS), None, "").cells
    assert {cell.method: cell.title for cell in cells if cell.is_oracle} == {
        "bound": "bound (oracle)",
        "bound_tau": "bound_tau (oracle)",
    }


def test_a_page_is_made_again_after_other_cells_were_chosen(experiments):
    pages = [
        recipe.recipe(matrix, None).fingerprint for matrix in (load_matrix(experiments, SCRIPTS), chosen(experiments))
    ]
    assert pages[0] != pages[1]


def tuned(experiments, **changes):
    """Return a matrix whose methods are tuned with five trials, two in a job."""
    main = experiments["experiments"]["main"] | {"tuning": {"trials": 5, "trials_per_job": 2}}
    return load_matrix(experiments | {"experiments": {"main": main}} | changes, SCRIPTS)


def test_a_tuned_cell_names_benchmark_and_log_of_every_job_that_runs_its_trials(experiments):
    cells = contents.contents(tuned(experiments), None, "").cells
    cell = next(cell for cell in cells if cell.method == "crt.tuned")
    trials = [path for rule, method, path in cell.benchmarks if (rule, method) == ("stage2_trials", "crt.tuned")]
    assert [path.split("/")[-3] for path in trials] == ["000-001", "002-003", "004-004"]
    assert len(cell.logs) == len(set(cell.logs)) == len(cell.benchmarks)


def test_a_student_has_its_own_histories_and_the_time_and_logs_of_its_teacher_too(experiments):
    experiments["methods"]["student"] = {"stage1": {"loss": "distillation", "teacher": "crt_tau"}}
    experiments["experiments"]["main"] |= {"methods": ["student"], "imbalance_ratios": [2]}
    (cell,) = contents.contents(load_matrix(experiments, SCRIPTS), None, "").cells
    folder = "results/small/ir2/seed0"
    assert cell.histories == (("stage1", f"{folder}/student/stage1/history.csv"),)
    assert cell.sweep == ""
    assert list(cell.expected) == ["prepare", "make_split", "stage1", "evaluate"]
    jobs = [(rule, method) for rule, method, _ in cell.benchmarks if method]
    assert jobs == [
        *(("stage1", "ce"), ("features", "ce"), ("stage2", "crt"), ("stage3", "crt_tau")),
        *(("training_logits", "crt_tau"), ("stage1", "student"), ("evaluate", "student")),
    ]
    assert [log for log in cell.logs if log.endswith("/stage1.log")] == [
        f"{folder}/{name}/logs/stage1.log" for name in ("ce", "student")
    ]


def test_the_tuned_version_of_a_method_with_post_hoc_steps_has_its_sweep(experiments):
    cells = contents.contents(tuned(experiments), None, "").cells
    sweeps = {cell.method: cell.sweep for cell in cells}
    assert sweeps["la_posthoc.tuned"].endswith("/la_posthoc.tuned/stage3/sweep.csv")
    assert sweeps["crt.tuned"] == ""
