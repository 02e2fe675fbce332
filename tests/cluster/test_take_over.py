"""What a run does about the jobs of others: it takes over what it would submit itself, and leaves living runs alone."""

import os
import signal

import pytest
from cluster.conftest import slurm, until

CELL = "results/small/ir2/seed0"
TARGETS = [f"{CELL}/{method}/stage1/model.pt" for method in ("ce", "focal")]


@pytest.fixture
def two_trainings(on_cluster, matrix):
    """A project with two methods whose data are there."""
    matrix["experiments"]["main"]["methods"] = ["ce", "focal"]
    matrix["defaults"]["stage1"]["epochs"] = 12
    on_cluster.configure(matrix)
    on_cluster.locally(f"{CELL}/split.npz")
    return on_cluster


@pytest.fixture
def resume_nodes():
    """Nodes for ordinary work that take no jobs until a test calls this."""

    def resume():
        slurm("scontrol", "update", "node=n[1-2]", "state=resume")

    slurm("scontrol", "update", "node=n[1-2]", "state=drain", "reason=test")
    yield resume
    if "drain" in slurm("sinfo", "-h", "-n", "n1,n2", "-o", "%T"):
        resume()


def overlay(project, name, epochs_of_focal):
    (project.root / name).write_text(f"methods: {{focal: {{stage1: {{epochs: {epochs_of_focal}}}}}}}\n")
    return ["--configfile", name]


def epochs_trained(project, method):
    return len((project.root / CELL / method / "stage1/history.csv").read_text().splitlines()) - 1


def pending(project):
    jobs = {job.split()[0].rpartition("_")[2]: number for number, job, state, _ in project.jobs() if state == "PENDING"}
    return jobs if len(jobs) == 2 else None


@pytest.mark.fault(
    "Snakemake is killed while jobs are pending; the next run has other settings for one of them", "complete"
)
def test_of_two_pending_jobs_of_a_killed_run_only_the_one_with_present_settings_is_taken_over(
    two_trainings, resume_nodes, tmp_path
):
    first, second = overlay(two_trainings, "first.yaml", 90), overlay(two_trainings, "second.yaml", 20)
    output = tmp_path / "output"
    with output.open("w") as file:
        killed = two_trainings.start(*TARGETS, *first, output=file)
        jobs = until(lambda: pending(two_trainings))
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    two_trainings.locally("--unlock", *first)
    with output.open("w") as file:
        run = two_trainings.start(*TARGETS, *second, output=file)
        until(lambda: f"{jobs['ce']} taken over, {jobs['focal']} cancelled" in output.read_text())
        resume_nodes()
        assert run.wait(timeout=300) == 0, output.read_text()
    assert epochs_trained(two_trainings, "ce") == 12
    assert epochs_trained(two_trainings, "focal") == 20
    assert two_trainings.attempts("rule_stage1/small_2_0_ce") == 1


@pytest.mark.fault("an experiment file is edited while a job is pending", "named")
def test_a_job_whose_settings_were_edited_while_it_was_pending_refuses_to_compute(
    two_trainings, resume_nodes, tmp_path
):
    settings = overlay(two_trainings, "first.yaml", 12)
    with (tmp_path / "output").open("w") as output:
        run = two_trainings.start(*TARGETS, "--retries", "0", *settings, output=output)
        until(lambda: pending(two_trainings))
        overlay(two_trainings, "first.yaml", 13)
        resume_nodes()
        assert run.wait(timeout=300) != 0
    assert "were edited after this job was submitted" in two_trainings.log_of(f"{CELL}/focal/logs/stage1.log")
    assert [(two_trainings.root / target).exists() for target in TARGETS] == [True, False]


@pytest.mark.fault("a partial report, then a second full run, beside a running matrix", "complete")
def test_a_partial_report_beside_a_running_matrix_touches_none_of_its_jobs(two_trainings, tmp_path):
    settings = overlay(two_trainings, "first.yaml", 12)
    held = two_trainings.hold("stage1", 1)
    with (tmp_path / "first").open("w") as output:
        run = two_trainings.start(*settings, output=output)
        until((two_trainings.root / CELL / "focal/logs/stage1.lease").exists)
        number = two_trainings.job_of("rule_stage1_wildcards_small_2_0_focal")
        text = two_trainings.snakemake("partial_report", *settings).stdout
        assert "none taken over, none cancelled." in text
        assert two_trainings.job_of("rule_stage1_wildcards_small_2_0_focal") == number
        assert "http-equiv" in (two_trainings.root / "results/status.html").read_text(), "the page is still live"
        refused = two_trainings.snakemake(*settings, check=False)
        assert refused.returncode != 0
        assert "is still running and has locked its files" in refused.stdout
        assert run.poll() is None
        held.unlink()
        assert run.wait(timeout=500) == 0, (tmp_path / "first").read_text()
    assert two_trainings.attempts("rule_stage1/small_2_0_focal") == 1
