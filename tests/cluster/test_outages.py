"""Slurm itself is away or full for a while: no cell fails, none is trained twice."""

import subprocess
import sys
import time

import pytest
from cluster.conftest import change_profile, slurm, until
from conftest import REPOSITORY

CELL = "results/small/ir2/seed0"
METHODS = ["ce", "focal", "first", "second"]
TARGETS = [f"{CELL}/{method}/stage1/model.pt" for method in METHODS]
SECONDS_AWAY = 25


@pytest.fixture
def four_trainings(on_cluster, matrix):
    matrix["methods"] |= {name: {"stage1": {"lr": lr}} for name, lr in (("first", 0.04), ("second", 0.03))}
    matrix["experiments"]["main"]["methods"] = METHODS
    matrix["defaults"]["stage1"]["epochs"] = 60
    on_cluster.configure(matrix)
    on_cluster.locally(f"{CELL}/split.npz")
    return on_cluster


def away(daemon):
    """Stop a daemon of the cluster, and start it again after a while."""
    for command, seconds in (("stop", SECONDS_AWAY), ("start", 0)):
        subprocess.run([sys.executable, REPOSITORY / "tests/cluster/cluster.py", command, daemon], check=True)
        time.sleep(seconds)


def assert_each_was_trained_once(project, run, output):
    assert run.wait(timeout=400) == 0, output.read_text()
    assert {method: project.attempts(f"rule_stage1/small_2_0_{method}") for method in METHODS} == dict.fromkeys(
        METHODS, 1
    )
    assert all("training resumes" not in project.log_of(f"{CELL}/{method}/logs/stage1.log") for method in METHODS)


@pytest.mark.fault("Slurm's controller is away for 25 s while jobs are submitted and end", "complete")
def test_a_controller_that_is_away_while_jobs_are_submitted_and_run_costs_no_cell_an_attempt(four_trainings, tmp_path):
    path = tmp_path / "output"
    with path.open("w") as output:
        run = four_trainings.start(*TARGETS, output=output)
        until(lambda: "Jobs of an earlier run in the queue" in path.read_text())
        away("controller")
        assert_each_was_trained_once(four_trainings, run, path)


@pytest.fixture
def two_jobs_at_most(accounting, on_cluster):
    """Charge this project's jobs to an account of its own, which admits two; jobs of other tests do not count."""
    slurm("sacctmgr", "-iQ", "add", "account", "narrow", "cluster=ltsei")
    slurm("sacctmgr", "-iQ", "add", "user", "root", "account=narrow", "cluster=ltsei", "maxsubmitjobs=2")
    change_profile(on_cluster, None, slurm_account="narrow")
    yield
    slurm("sacctmgr", "-iQ", "delete", "user", "root", "account=narrow")


@pytest.mark.fault("a site's limit admits two jobs at a time, and the accounting is away for 25 s", "complete")
def test_a_limit_on_submitted_jobs_and_a_database_that_is_away_cost_no_cell_an_attempt(
    four_trainings, two_jobs_at_most, tmp_path
):
    path = tmp_path / "output"
    with path.open("w") as output:
        run = four_trainings.start(*TARGETS, output=output)
        until(lambda: len(four_trainings.jobs()) == 2, what=path.read_text)
        away("database")
        assert len(four_trainings.jobs()) <= 2
        assert_each_was_trained_once(four_trainings, run, path)
