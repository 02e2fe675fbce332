"""The plan before a run, results copied from elsewhere or renamed, and runs that are killed."""

import json
import os
import re
import shutil
import signal
import time
from pathlib import Path

import psutil
import pytest
from conftest import EXPERIMENTS, REPOSITORY, SCRIPTS
from workflow.conftest import wait_until

from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.rule_table import TABLE

CELL = "results/small/ir2/seed0"
REPORTS = {rule.name for rule in TABLE if not rule.recorded}


def change_stage2_of_crt(project):
    """Give crt another learning rate in stage 2."""
    methods = {**EXPERIMENTS["methods"], "crt": {"from": "ce", "stage2": {"mode": "crt", "lr": 0.2}}}
    project.configure({**EXPERIMENTS, "methods": methods})


def test_the_plan_of_a_new_matrix_counts_cells_and_shared_work(project, experiments, small_plan):
    project.configure(experiments)
    plan = json.loads(project.ltsei("plan", "--json"))
    assert plan["cells"] == {"all": 12, "done": 0}
    assert plan["trainings"] == {"planned": 4, "unshared": 12}
    jobs = {rule: count for rule, count in small_plan.items() if rule != "all"}
    assert {rule: row["run"] for rule, row in plan["jobs"].items()} == jobs
    assert plan["reasons"]["missing"] == sum(jobs.values())
    assert plan["estimated"] == 4
    assert plan["gpu_hours"] > 0


def test_the_plan_after_a_change_names_the_setting_the_cost_and_the_longest_chain(finished_copy):
    change_stage2_of_crt(finished_copy)
    plan = json.loads(finished_copy.ltsei("plan", "--json"))
    assert plan["cells"] == {"all": 12, "done": 8}
    assert plan["reasons"]["stage2 of crt changed: lr 0.1 → 0.2"] == 2
    assert plan["jobs"]["stage2"] == {"run": 2, "done": 0, "hours": pytest.approx(plan["jobs"]["stage2"]["hours"])}
    assert plan["jobs"]["stage2"]["hours"] > 0
    assert plan["unknown"] == plan["estimated"] == 0
    assert plan["chain"] == ["stage2 crt", "stage3 crt_tau", "stage3_test crt_tau", "evaluate crt_tau"]
    assert plan["gigabytes"] > 0
    assert set(plan["spent"]) == {*EXPERIMENTS["methods"], "data of small"}


def test_the_plan_tells_an_edited_loss_from_an_edited_setting(finished_copy):
    change_stage2_of_crt(finished_copy)
    finished_copy.edit("src/ltsei/components/losses/focal.py", "return ", "_ = 1; return ")
    plan = finished_copy.ltsei("plan")
    assert "2 × stage1 of focal changed: code" in plan
    assert "2 × stage2 of crt changed: lr 0.1 → 0.2" in plan


def test_every_job_writes_its_outputs_and_log_where_the_matrix_expects_them(finished):
    matrix = load_matrix(EXPERIMENTS, SCRIPTS)
    results = finished.root / matrix.config.results
    assert not [job for job in matrix.jobs() if not job.last_output(results).exists()]
    assert not [job for job in matrix.jobs() if not Path(job.log(results)).exists()]
    assert "1        0       0        0" in finished.ltsei("watch", "--once").splitlines()[1]


def test_no_result_names_the_folder_in_which_it_was_made(finished):
    roots = os.fsencode(finished.root), os.fsencode(REPOSITORY)
    contents = finished.files("results/**/*").items()
    assert not [path for path, content in contents if any(root in content for root in roots)]


@pytest.fixture(scope="module")
def adopted(finished, tmp_path_factory):
    """Results without Snakemake's records, two methods since changed: the project, a refused run, and the adoption."""
    project = finished.copied(tmp_path_factory.mktemp("adopted") / "project")
    shutil.rmtree(project.root / ".snakemake")
    now = int(time.time())
    for second, path in enumerate(sorted((project.root / "results").rglob("*"), reverse=True)):
        os.utime(path, (now - second, now - second))  # as after a copy in this order: splits are newer than trainings
    change_stage2_of_crt(project)
    completed = project.snakemake(check=False)
    assert completed.returncode != 0
    assert project.files("results/small/**/*") == finished.files("results/small/**/*")
    return project, completed.stdout, project.ltsei("verify", "--adopt", status=1)


def test_a_run_does_not_train_again_what_was_copied_here_but_names_the_command_that_keeps_it(adopted):
    _, refused, _ = adopted
    assert "results without Snakemake's records (copied, or of a run that was killed)" in refused
    assert "`ltsei verify --adopt` keeps them; to train again, add --forcerun stage1" in refused


def test_results_are_adopted_unless_they_are_of_another_recipe(adopted):
    project, _, adoption = adopted
    assert "out of date: small/ir2/seed0/crt_tau: changed stage2" in adoption
    assert "8 current, 4 out of date, 0 missing" in adoption
    work = {rule: count for rule, count in project.planned().items() if rule not in {*REPORTS, "all"}}
    assert work == {"stage2": 2, "stage3": 2, "stage3_test": 2, "evaluate": 4}


def test_adopted_results_are_tracked_from_then_on(adopted, tmp_path):
    project = adopted[0].copied(tmp_path / "project")
    project.edit("src/ltsei/components/losses/focal.py", "return ", "_ = 1; return ")
    assert project.planned()["stage1"] == 2


def test_a_renamed_method_keeps_its_trainings(finished_copy, experiments):
    names = {"ce": "plain", "crt": "retrained"}
    methods = {names.get(name, name): method for name, method in experiments["methods"].items()}
    for method in methods.values():
        if "from" in method:
            method["from"] = names.get(method["from"], method["from"])
    experiments["methods"] = methods
    experiments["experiments"]["main"]["methods"] = list(methods)
    finished_copy.configure(experiments)
    assert "plain: the results of ce, which has the same recipe" in finished_copy.ltsei("verify", "--adopt")
    planned = finished_copy.planned()
    assert not {"stage1", "stage2", "stage3", "features"} & set(planned)
    assert planned["evaluate"] == 4


@pytest.mark.fault("Snakemake is killed, its training lives on, and the same command is given again", "complete")
def test_a_killed_run_and_the_next_one_never_write_one_cell_at_the_same_time(finished_copy, experiments):
    project = finished_copy  # with data and splits
    experiments["defaults"]["stage1"]["epochs"] = 100_000  # never ends by itself
    experiments["experiments"]["main"]["methods"] = ["ce"]
    project.configure({**experiments, "on_failure": "stop"})
    project.edit("src/ltsei/runtime/lease.py", "GRACE_SECONDS = 5.0", "GRACE_SECONDS = 0.5")
    shutil.rmtree(project.root / CELL / "ce")
    held = project.hold("stage1", 2)
    target, log = f"{CELL}/ce/stage1/model.pt", project.root / CELL / "ce" / "logs" / "stage1.log"
    first = project.start(target)
    wait_until(lambda: "epoch 1 " in text_of(log), first)
    first.send_signal(signal.SIGKILL)
    first.wait()
    orphan = int(json.loads(log.with_suffix(".lease").read_text())["pid"])
    second = project.start(target, "--nolock")
    try:
        wait_until(lambda: "waiting: " in text_of(log), second)
        held.unlink()
        wait_until(lambda: "training resumes in epoch" in text_of(log), second)
        text = log.read_text()
        wait_until(lambda: not psutil.pid_exists(orphan), second)
    finally:
        os.killpg(second.pid, signal.SIGINT)
        second.wait()
    assert re.search(rf"waiting: process {orphan} on \S+ is working on this and has been asked to hand over", text)
    assert "was killed and has left its lock; `snakemake --unlock`" in (project.root / "output.txt").read_text()
    assert not [path for path in (project.root / "results").rglob("*") if path.suffix in {".lease", ".wanted", ".part"}]


def text_of(log):
    """Return the text of a log, empty while there is none: Snakemake deletes that of an earlier attempt."""
    return log.read_text() if log.exists() else ""
