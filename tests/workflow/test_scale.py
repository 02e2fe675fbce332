"""The plan before a run, results copied from elsewhere, and runs that fail or are killed."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import EXPERIMENTS, REPOSITORY, SCRIPTS
from unit.report._matrix import data_of

from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.rule_table import TABLE

CELL = "results/small/ir2/seed0"
REPORTS = {rule.name for rule in TABLE if not rule.recorded}


def ltsei(project, *arguments, status=0):
    """Run a command of the package in the project; return its output."""
    command = [sys.executable, "-m", "ltsei", *arguments]
    completed = subprocess.run(command, cwd=project.root, env=project.environment(), text=True, capture_output=True)
    assert completed.returncode == status, completed.stdout + completed.stderr
    return completed.stdout


def change_stage2_of_crt(project):
    """Give crt another learning rate in stage 2."""
    methods = {**EXPERIMENTS["methods"], "crt": {"from": "ce", "stage2": {"mode": "crt", "lr": 0.2}}}
    project.configure({**EXPERIMENTS, "methods": methods})


def test_the_plan_of_a_new_matrix_counts_cells_and_shared_work(project, experiments):
    project.configure(experiments)
    plan = json.loads(ltsei(project, "plan", "--json"))
    assert plan["cells"] == {"all": 12, "done": 0}
    assert plan["trainings"] == {"planned": 4, "unshared": 12}
    assert {rule: row["run"] for rule, row in plan["jobs"].items()} == {
        rule: count for rule, count in project.planned().items() if rule != "all"
    }
    assert plan["reasons"]["missing"] == sum(row["run"] for row in plan["jobs"].values())
    assert plan["estimated"] == 4
    assert plan["gpu_hours"] > 0


def test_the_plan_after_a_change_names_the_setting_the_cost_and_the_longest_chain(finished_copy):
    assert json.loads(ltsei(finished_copy, "plan", "--json"))["cells"] == {"all": 12, "done": 12}
    change_stage2_of_crt(finished_copy)
    plan = json.loads(ltsei(finished_copy, "plan", "--json"))
    assert plan["reasons"]["stage2 of crt changed: lr 0.1 → 0.2"] == 2
    assert plan["jobs"]["stage2"] == {"run": 2, "done": 0, "hours": pytest.approx(plan["jobs"]["stage2"]["hours"])}
    assert plan["jobs"]["stage2"]["hours"] > 0
    assert plan["unknown"] == plan["estimated"] == 0
    assert plan["chain"] == ["stage2 crt", "stage3 crt_tau", "evaluate crt_tau"]
    assert plan["gigabytes"] > 0
    assert set(plan["spent"]) == {*EXPERIMENTS["methods"], "data of small"}
    assert "2 × stage2 of crt changed: lr 0.1 → 0.2" in ltsei(finished_copy, "plan")


def test_the_plan_tells_an_edited_loss_from_an_edited_setting(finished_copy):
    finished_copy.edit("src/ltsei/components/losses/focal.py", "return ", "_ = 1; return ")
    assert "2 × stage1 of focal changed: code" in ltsei(finished_copy, "plan")


def test_every_job_writes_its_outputs_and_log_where_the_matrix_expects_them(finished):
    matrix = load_matrix(EXPERIMENTS, SCRIPTS)
    results = finished.root / matrix.config.results
    assert not [job for job in matrix.jobs() if not job.last_output(results).exists()]
    assert not [job for job in matrix.jobs() if not Path(job.log(results)).exists()]
    assert "1        0       0        0" in ltsei(finished, "watch", "--once").splitlines()[1]


def test_no_result_names_the_folder_in_which_it_was_made(finished):
    root = os.fsencode(finished.root)
    assert not [path for path, content in finished.files("results/**/*").items() if root in content]


def test_results_without_snakemakes_records_are_adopted_and_tracked_from_then_on(finished_copy):
    shutil.rmtree(finished_copy.root / ".snakemake")
    for path in sorted((finished_copy.root / "results").rglob("*"), reverse=True):
        path.touch()  # as after a copy that does not keep modification times
    assert "12 current" in ltsei(finished_copy, "verify", "--adopt")
    assert set(finished_copy.planned()) <= {*REPORTS, "all"}
    change_stage2_of_crt(finished_copy)
    assert finished_copy.planned()["stage2"] == 2


def test_a_run_does_not_train_again_what_was_copied_here_but_names_the_command_that_keeps_it(finished_copy):
    shutil.rmtree(finished_copy.root / ".snakemake")
    now = int(time.time())
    for second, path in enumerate(sorted((finished_copy.root / "results").rglob("*"), reverse=True)):
        os.utime(path, (now - second, now - second))  # as after a copy in this order: splits are newer than trainings
    before = finished_copy.files("results/small/**/model.pt")
    completed = finished_copy.snakemake(check=False)
    assert completed.returncode != 0
    assert "results without Snakemake's records (copied, or of a run that was killed)" in completed.stdout
    assert "`ltsei verify --adopt` keeps them; to train again, add --forcerun stage1" in completed.stdout
    assert finished_copy.files("results/small/**/model.pt") == before
    ltsei(finished_copy, "verify", "--adopt")
    assert not {"stage1", "stage2"} & set(finished_copy.planned())


def test_a_renamed_method_keeps_its_trainings(finished_copy, experiments):
    names = {"ce": "plain", "crt": "retrained"}
    methods = {names.get(name, name): method for name, method in experiments["methods"].items()}
    for method in methods.values():
        if "from" in method:
            method["from"] = names.get(method["from"], method["from"])
    experiments["methods"] = methods
    experiments["experiments"]["main"]["methods"] = list(methods)
    finished_copy.configure(experiments)
    completed = finished_copy.snakemake(check=False)
    assert completed.returncode != 0
    assert "have results under another name (ce → plain, crt → retrained)" in completed.stdout
    assert "plain: the results of ce, which has the same recipe" in ltsei(finished_copy, "verify", "--adopt")
    planned = finished_copy.planned()
    assert not {"stage1", "stage2", "stage3", "features"} & set(planned)
    assert planned["evaluate"] == 4


def test_results_of_another_recipe_are_not_adopted(finished_copy):
    shutil.rmtree(finished_copy.root / ".snakemake")
    change_stage2_of_crt(finished_copy)
    ltsei(finished_copy, "verify", "--adopt", status=1)
    (finished_copy.root / CELL / "crt" / "stage2" / "head.pt").unlink()
    planned = finished_copy.planned()
    assert "stage1" not in planned
    assert planned["stage2"] >= 1


@pytest.fixture
def failing(finished_copy, experiments):
    """A finished project with one more method, whose training diverges."""
    shutil.copy(REPOSITORY / "tests/cluster/misbehaving.py", finished_copy.root / "src/ltsei/components/losses")
    experiments["methods"]["wild"] = {"stage1": {"epochs": 12, "loss": {"name": "misbehaving", "how": "diverges"}}}
    experiments["experiments"]["main"]["methods"].append("wild")
    finished_copy.configure(experiments)
    return finished_copy


def test_failed_cells_appear_in_the_ordinary_reports_and_are_tried_again_by_the_next_run(failing):
    before = failing.files("results/report/main/tables/tidy.csv")
    failed = failing.snakemake("--retries", "2", check=False)
    assert failed.returncode != 0
    for page in ("report.html", "main/report.html"):
        path = failing.root / "results" / "report" / page
        failures = [cell["error"] for cell in data_of(path)["cells"] if cell["status"] == "failed"]
        assert len(failures) == 2
        assert all("training diverged: the loss is" in error for error in failures)
        assert "<b>12</b> of 14" in path.read_text()
    after = failing.files("results/report/main/tables/*")
    assert "failed" in next(text for path, text in after.items() if path.name == "all_results_full.csv").decode()
    assert before.keys() <= after.keys()
    assert "not retried in this run" in (failing.root / CELL / "wild" / "logs" / "stage1.log").read_text()
    assert failing.planned()["stage1"] == 2


def test_on_failure_stop_leaves_the_reports_alone(failing, experiments):
    failing.configure({**experiments, "on_failure": "stop"})
    before = failing.files("results/report/report.html")
    assert failing.snakemake(check=False).returncode != 0
    assert failing.files("results/report/report.html") == before
    cells = data_of(failing.root / "results/report/after_failure.html")["cells"]
    assert any("training diverged" in cell["error"] for cell in cells)


def test_a_killed_run_and_the_next_one_never_write_one_cell_at_the_same_time(project, experiments):
    experiments["defaults"]["stage1"]["epochs"] = 100_000  # never ends by itself
    project.configure(experiments)
    target, log = f"{CELL}/ce/stage1/model.pt", project.root / CELL / "ce" / "logs" / "stage1.log"
    first = start(project, target)
    wait_for_text(log, "epoch 1 ")
    first.send_signal(signal.SIGKILL)
    first.wait()
    orphan = int(json.loads(log.with_suffix(".lease").read_text())["pid"])
    second = start(project, target, "--nolock")
    try:
        wait_for_text(log, "training resumes in epoch")
        text = log.read_text()
        with pytest.raises(ProcessLookupError):
            os.kill(orphan, 0)
    finally:
        os.killpg(second.pid, signal.SIGINT)
        second.wait()
    assert re.search(rf"waiting: process {orphan} on \S+ is working on this and has been asked to hand over", text)
    assert "was killed and has left its lock; `snakemake --unlock`" in (project.root / "output.txt").read_text()
    assert not [path for path in (project.root / "results").rglob("*") if path.suffix in {".lease", ".wanted", ".part"}]


def start(project, *arguments):
    """Start snakemake in a process group of its own, as a terminal does; its output goes to output.txt."""
    options = {"cwd": project.root, "env": project.environment(), "start_new_session": True}
    with (project.root / "output.txt").open("w") as output:
        return subprocess.Popen(project.command(*arguments), stdout=output, stderr=subprocess.STDOUT, **options)


def wait_for_text(log, text):
    """Wait until a log has a text; Snakemake deletes the log of an earlier attempt."""
    deadline = time.monotonic() + 300
    while not (log.exists() and text in log.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
