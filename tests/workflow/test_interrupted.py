"""An interrupted run resumes where it stopped and ends with the same bytes."""

import copy
import os
import signal
import subprocess
import time

import psutil
import pytest
from conftest import EXPERIMENTS

CELL = "results/small/ir2/seed0"
METRICS = {method: f"{CELL}/{method}/metrics.json" for method in ("ce", "crt", "finetune")}
STAGES = {"stage1": "ce", "stage2": "crt", "stage2_finetune": "finetune"}


@pytest.fixture
def trainings(project, experiments):
    """A project with one training by each of the three rules."""
    return configured(project, experiments)


@pytest.fixture(scope="module")
def uninterrupted(make_project):
    """Path -> bytes of the results of the same trainings without an interruption."""
    project = make_project("uninterrupted")
    configured(project, copy.deepcopy(EXPERIMENTS)).snakemake(*METRICS.values())
    return results(project)


def configured(project, experiments):
    """Configure one training by each of the three rules, of a second or more, that keeps saving its state."""
    experiments["checkpoint_minutes"] = 0.003
    experiments["defaults"]["stage1"] |= {"epochs": 60, "augmentations": ["phase_rotation"]}
    experiments["defaults"]["stage2"] |= {"epochs": 500}
    experiments["methods"]["finetune"] = {"from": "ce", "stage2": {"mode": "finetune", "epochs": 60, "lr": 0.01}}
    experiments["experiments"]["main"]["methods"] = list(METRICS)
    project.configure(experiments)
    return project


def start(project, *arguments):
    """Start snakemake in a process group of its own, as a terminal or Slurm does."""
    options = {"cwd": project.root, "env": project.environment(), "start_new_session": True}
    null = subprocess.DEVNULL
    return subprocess.Popen(project.command(*arguments), stdout=null, stderr=null, **options)


def wait_for_state(project, running, rule):
    """Wait until a training has saved its state."""
    stage, deadline = rule.partition("_")[0], time.monotonic() + 120
    while not (project.root / CELL / STAGES[rule] / stage / "resume" / "state.pt").exists():
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)


def training_process(running, rule):
    """Return the process that runs a rule's script."""
    started = psutil.Process(running.pid).children(recursive=True)
    return next(process for process in started if process.cmdline()[-1].endswith(f".{rule}.py"))


def log_of(project, rule):
    return (project.root / CELL / STAGES[rule] / "logs" / f"{rule}.log").read_text()


def results(project):
    """Return path -> bytes of the results of the trainings."""
    files = project.files(f"{CELL}/*/**/*")
    return {path: content for path, content in files.items() if path.suffix in {".pt", ".npy", ".npz", ".csv", ".json"}}


def test_interrupted_and_killed_trainings_resume_and_end_with_the_same_bytes(trainings, uninterrupted):
    targets = list(METRICS.values())
    for index, rule in enumerate(STAGES):
        running = start(trainings, *targets[: index + 1])
        wait_for_state(trainings, running, rule)
        if rule == "stage1":
            os.killpg(running.pid, signal.SIGINT)  # as Ctrl-C in a terminal does
        else:
            training_process(running, rule).kill()
        assert running.wait(timeout=120) != 0
        if rule == "stage1":
            assert "run the same command to resume" in log_of(trainings, rule)
            assert not (trainings.root / CELL / "ce" / "stage1" / "model.pt").exists()
    trainings.snakemake(*targets)
    assert all("training resumes" in log_of(trainings, rule) for rule in STAGES)
    resumed = results(trainings)
    assert resumed.keys() == uninterrupted.keys()
    assert [path for path, content in resumed.items() if content != uninterrupted[path]] == []


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGTERM])
def test_a_training_that_is_asked_to_stop_saves_its_state_and_is_restarted_in_the_same_run(trainings, number):
    running = start(trainings, METRICS["ce"], "--retries", "1")
    wait_for_state(trainings, running, "stage1")
    if number == signal.SIGUSR1:  # Slurm sends it to every process of a job
        os.killpg(running.pid, number)
    else:
        training_process(running, "stage1").send_signal(number)
    assert running.wait(timeout=120) == 0
    assert "training resumes" in log_of(trainings, "stage1")
