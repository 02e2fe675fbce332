"""What a run does about the jobs of others: it takes over what it would submit itself, and leaves living runs alone."""

import os
import signal

import pytest
from cluster.conftest import slurm, until

CELL = "results/small/ir2/seed0"
TARGET = f"{CELL}/ce/stage1/model.pt"


@pytest.fixture
def one_training(on_cluster, matrix):
    """A project with one method, and a node on which its training can be made to wait."""
    matrix["experiments"]["main"]["methods"] = ["ce"]
    on_cluster.configure(matrix)
    return on_cluster


@pytest.fixture
def drained():
    """All nodes for ordinary work take no more jobs until a test resumes them."""

    def resume():
        slurm("scontrol", "update", "node=n[1-2]", "state=resume")

    yield resume
    if "drain" in slurm("sinfo", "-h", "-n", "n1,n2", "-o", "%T"):
        resume()


def drain():
    slurm("scontrol", "update", "node=n[1-2]", "state=drain", "reason=test")


def overlay(project, name, epochs):
    (project.root / name).write_text(f"defaults: {{stage1: {{epochs: {epochs}}}}}\n")
    return ["--configfile", name]


def epochs_trained(project):
    return len(project.log_of(f"{CELL}/ce/stage1/history.csv").splitlines()) - 1


def killed_while_pending(project, tmp_path, *arguments):
    """Start a run, drain the nodes once its data are there, and kill it when its training is pending."""
    project.snakemake(f"{CELL}/split.npz", *arguments)
    drain()
    with (tmp_path / "first").open("w") as output:
        first = project.start(TARGET, *arguments, output=output)
        (job,) = until(lambda: [job for job in project.jobs() if job[2] == "PENDING"])
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    project.snakemake("--unlock", *arguments)
    return job[0]


def test_a_pending_job_of_a_killed_run_with_other_settings_is_cancelled_and_sent_again(one_training, drained, tmp_path):
    first, second = overlay(one_training, "first.yaml", 90), overlay(one_training, "second.yaml", 12)
    number = killed_while_pending(one_training, tmp_path, *first)
    with (tmp_path / "second").open("w") as output:
        run = one_training.start(TARGET, *second, output=output)
        until(lambda: f"none taken over, {number} cancelled" in (tmp_path / "second").read_text())
        drained()
        assert run.wait(timeout=300) == 0, (tmp_path / "second").read_text()
    assert epochs_trained(one_training) == 12


def test_a_pending_job_of_a_killed_run_with_the_same_settings_is_taken_over(one_training, drained, tmp_path):
    settings = overlay(one_training, "first.yaml", 12)
    number = killed_while_pending(one_training, tmp_path, *settings)
    with (tmp_path / "second").open("w") as output:
        run = one_training.start(TARGET, *settings, output=output)
        until(lambda: f"{number} taken over, none cancelled" in (tmp_path / "second").read_text())
        drained()
        assert run.wait(timeout=300) == 0, (tmp_path / "second").read_text()
    assert epochs_trained(one_training) == 12
    assert one_training.attempts("rule_stage1/small_2_0_ce") == 1


def test_a_job_whose_settings_were_edited_while_it_was_pending_refuses_to_compute(one_training, drained, tmp_path):
    settings = overlay(one_training, "first.yaml", 12)
    one_training.snakemake(f"{CELL}/split.npz", *settings)
    drain()
    with (tmp_path / "output").open("w") as output:
        run = one_training.start(TARGET, "--retries", "0", *settings, output=output)
        until(lambda: [job for job in one_training.jobs() if job[2] == "PENDING"])
        overlay(one_training, "first.yaml", 13)
        drained()
        assert run.wait(timeout=300) != 0
    assert "were edited after this job was submitted" in one_training.log_of(f"{CELL}/ce/logs/stage1.log")
    assert not (one_training.root / TARGET).exists()


def test_a_partial_report_beside_a_running_matrix_touches_none_of_its_jobs(one_training, tmp_path):
    settings = overlay(one_training, "first.yaml", 600)
    with (tmp_path / "first").open("w") as output:
        run = one_training.start(*settings, output=output)
        log = f"{CELL}/ce/logs/stage1.log"
        until(lambda: "epoch 1 " in one_training.log_of(log))
        before = one_training.job_of("rule_stage1_wildcards_small_2_0_ce")
        text = one_training.snakemake("partial_report", *settings).stdout
        assert "none taken over, none cancelled" in text
        assert one_training.job_of("rule_stage1_wildcards_small_2_0_ce") == before
        assert '"refresh"' in (one_training.root / "results/status.html").read_text()
        refused = one_training.snakemake(*settings, check=False)
        assert refused.returncode != 0
        assert "is still running and has locked its files" in refused.stdout
        assert run.wait(timeout=600) == 0, (tmp_path / "first").read_text()
    assert one_training.attempts("rule_stage1/small_2_0_ce") == 1
