"""Jobs that fail: what the run shows, what it costs the rest of the matrix, and what the next run does."""

import shutil

import pytest
from conftest import EXPERIMENTS, REPOSITORY
from unit.report._matrix import data_of

CELL = "results/small/ir2/seed0"
MAP = f"{CELL}/ce/stage1/map.json"
REPORTS = [f"results/report/{page}" for page in ("report.html", "main/report.html", "after_failure.html")]


@pytest.fixture(scope="module")
def failed_run(finished, tmp_path_factory):
    """A run in which a training, an evaluation and a map fail, and its output.

    The training of `wild` diverges, crt is evaluated on a damaged file, and the map fails before its log begins.
    """
    project = finished.copied(tmp_path_factory.mktemp("failed_run") / "project")
    shutil.copy(REPOSITORY / "tests/cluster/misbehaving.py", project.root / "src/ltsei/components/losses")
    wild = {"stage1": {"epochs": 12, "loss": {"name": "misbehaving", "how": "diverges"}}}
    main = EXPERIMENTS["experiments"]["main"]
    blocks = {"main": {**main, "methods": [*main["methods"], "wild"]}}
    project.configure({**EXPERIMENTS, "methods": {**EXPERIMENTS["methods"], "wild": wild}, "experiments": blocks})
    project.edit("workflow/scripts/feature_map.py", '"""\n', '"""\n\nraise SystemExit("no luck")\n')
    for name in ("crt/metrics.json", "focal/metrics.json", "ce/stage1/map.json"):
        (project.root / CELL / name).unlink()
    (project.root / CELL / "crt/stage2/logits_test.npy").write_bytes(b"")
    targets = [MAP, *(f"{CELL}/{method}/metrics.json" for method in ("wild", "crt", "focal"))]
    completed = project.snakemake("--retries", "1", *targets, check=False)
    assert completed.returncode != 0
    return project, completed.stdout


@pytest.fixture
def failed_copy(failed_run, tmp_path):
    """A copy of the project after that run."""
    return failed_run[0].copied(tmp_path / "project")


def test_each_failed_attempt_shows_its_reason_and_the_path_of_its_log_without_a_traceback(failed_run):
    project, text = failed_run
    log = f"{CELL}/crt/logs/evaluate.log"
    reason = (project.root / log).read_text().splitlines()[-1].partition("evaluate small/2/0/crt: ")[2]
    reason = reason.removesuffix(f" (traceback in {log})")
    lines = [line.strip() for line in text.splitlines()]
    failures = [index for index, line in enumerate(lines) if line.startswith("[failed]  evaluate")]
    assert reason
    assert [lines[index + 1 : index + 3] for index in failures] == 2 * [[reason, f"log: {log}"]]
    assert lines[failures[1]].endswith("attempt 2")
    assert f"failed: evaluate  small  crt  ir 2  seed 0: {reason}" in lines
    assert "1 of 5 jobs done, 3 failed, 1 not run, in" in text
    assert text.count(reason) == 3
    assert "Traceback" not in text


def test_a_job_that_fails_before_its_log_begins_shows_its_error_output(failed_run):
    _, text = failed_run
    assert text.count("no luck\n") == 2
    assert text.count("ended without an error in its log (exit status 1)") == 3


@pytest.mark.fault("a training diverges, an input is empty, a script ends at once, in one run", "named")
def test_a_failed_cell_costs_neither_the_other_cells_nor_the_reports(failed_run):
    project, _ = failed_run
    assert project.files(f"{CELL}/focal/metrics.json")
    for page in REPORTS:
        cells = data_of(project.root / page)["cells"]
        errors = {cell["method"]: cell["error"] for cell in cells if cell["status"] == "failed"}
        assert len(errors) == 2
        assert any("training diverged: the loss is" in error for error in errors.values())
        assert "<b>11</b> of 14" in (project.root / page).read_text()
    tables = project.files("results/report/main/tables/*")
    assert "failed" in next(text for path, text in tables.items() if path.name == "all_results_full.csv").decode()


def test_a_training_that_would_diverge_again_is_tried_again_only_by_the_next_run(failed_run):
    project, _ = failed_run
    assert "not retried in this run" in (project.root / CELL / "wild" / "logs" / "stage1.log").read_text()
    assert project.planned(f"{CELL}/wild/metrics.json") == {"stage1": 1, "evaluate": 1}


def test_a_report_on_what_is_done_so_far_can_be_asked_for_at_any_time(failed_copy):
    failed_copy.snakemake("partial_report")
    assert "<b>11</b> of 14" in (failed_copy.root / "results/report/partial.html").read_text()


def test_on_failure_stop_leaves_the_reports_alone(failed_copy):
    failed_copy.edit("config/experiments.yaml", "results:", "on_failure: stop\nresults:")
    (failed_copy.root / "results/report/after_failure.html").unlink()
    before = failed_copy.files("results/report/**/*.html")
    assert failed_copy.snakemake(f"{CELL}/crt/metrics.json", check=False).returncode != 0
    after = failed_copy.files("results/report/**/*.html")
    assert before.items() <= after.items()
    cells = data_of(failed_copy.root / "results/report/after_failure.html")["cells"]
    assert any("training diverged" in cell["error"] for cell in cells)
