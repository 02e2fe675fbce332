"""Snakemake itself is killed while its jobs run; the next run takes them over."""

import json
import os
import signal

import pytest
from cluster.conftest import until

CELL = "results/small/ir2/seed0"


@pytest.fixture
def two_trainings(on_cluster, matrix):
    matrix["defaults"]["stage1"]["epochs"] = 400
    matrix["experiments"]["main"]["methods"] = ["ce", "focal"]
    on_cluster.configure(matrix)
    return on_cluster


def trains(project, method):
    return "epoch 1 " in project.log_of(f"{CELL}/{method}/logs/stage1.log")


@pytest.mark.fault("Snakemake is killed while its jobs run", "complete")
def test_the_next_run_takes_over_the_jobs_that_a_killed_run_has_left_running(two_trainings, tmp_path):
    with (tmp_path / "first").open("w") as output:
        first = two_trainings.start(output=output)
        until(lambda: all(trains(two_trainings, method) for method in ("ce", "focal")))
        for method in ("ce", "focal"):
            two_trainings.signal_training(method, signal.SIGSTOP)  # so that they still run when the next run starts
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    running = sorted((number for number, *_ in two_trainings.jobs()), key=int)
    assert len(running) == 2
    refused = two_trainings.snakemake(check=False)
    assert refused.returncode != 0
    assert "was killed and has left its lock; `snakemake --unlock` removes it" in refused.stdout
    two_trainings.snakemake("--unlock")
    with (tmp_path / "second").open("w") as output:
        second = two_trainings.start(output=output)
        sentence = f"Jobs of an earlier run in the queue: {', '.join(running)} taken over, none cancelled."
        until(lambda: sentence in (tmp_path / "second").read_text())
        for method in ("ce", "focal"):
            two_trainings.signal_training(method, signal.SIGCONT)
        assert second.wait(timeout=300) == 0, (tmp_path / "second").read_text()
    for method in ("ce", "focal"):
        assert two_trainings.attempts(f"rule_stage1/small_2_0_{method}") == 1
        assert "training resumes" not in two_trainings.log_of(f"{CELL}/{method}/logs/stage1.log")
        assert json.loads((two_trainings.root / CELL / method / "metrics.json").read_text())["method"] == method
    assert "Nothing to be done" in two_trainings.snakemake("--dry-run").stdout
