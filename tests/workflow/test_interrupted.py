"""An interrupted run resumes where it stopped and ends with the same bytes; Ctrl-C is no failure."""

import os
import re
import shutil
import signal

import psutil
import pytest
from workflow.conftest import wait_until

CELL = "results/small/ir2/seed0"
STAGES = {"stage1": "ce/stage1", "stage2": "crt/stage2", "stage2_finetune": "finetune/stage2"}
"""Rule -> folder of its training."""
SUFFIXES = {".pt", ".npy", ".npz", ".csv", ".json"}
TARGETS = [f"{CELL}/{folder}/logits_test.npy" for folder in STAGES.values()]


@pytest.fixture
def trainings(finished_copy, experiments):
    """A finished project with one training by each of the three rules, which save their state after every step."""
    methods = experiments["methods"]
    finetune = {"mode": "finetune", "lr": 0.01, "augmentations": ["phase_rotation"]}
    methods["finetune"] = {"from": "ce", "stage2": finetune}
    experiments |= {"checkpoint_minutes": 1e-6, "methods": {name: methods[name] for name in ("ce", "crt", "finetune")}}
    experiments["experiments"]["main"]["methods"] = list(experiments["methods"])
    finished_copy.configure(experiments)
    finished_copy.snakemake(*TARGETS)
    return finished_copy


def output_of(project):
    return (project.root / "output.txt").read_text()


def training_process(running, rule):
    """Return the process that runs a rule's script."""
    started = psutil.Process(running.pid).children(recursive=True)
    return next(process for process in started if "".join(process.cmdline()[-1:]).endswith(f".{rule}.py"))


def log_of(project, rule):
    """Return the log of a training, empty while there is none: Snakemake deletes that of an earlier attempt."""
    log = project.root / CELL / STAGES[rule].partition("/")[0] / "logs" / f"{rule}.log"
    return log.read_text() if log.exists() else ""


def is_saved(project, rule):
    return (project.root / CELL / STAGES[rule] / "resume" / "state.pt").exists()


def results(project):
    """Return path -> bytes of what the trainings have written; the map of the features is another rule's."""
    files = {
        path: content for folder in STAGES.values() for path, content in project.files(f"{CELL}/{folder}/**/*").items()
    }
    return {path: files[path] for path in files if path.suffix in SUFFIXES and path.name != "map.json"}


def interrupt_every_training(project):
    """Run with retries: stage 1 is asked to stop twice, stage 2 is killed, and Ctrl-C stops the run in fine-tuning."""
    first, second = project.hold("stage1", 1), project.hold("stage1", 2)
    killed, stopped = project.hold("stage2", 2), project.hold("stage2_finetune", 2)
    running = project.start(*TARGETS, "--retries", "2")

    wait_until(lambda: is_saved(project, "stage1"), running)
    os.killpg(running.pid, signal.SIGUSR1)  # Slurm sends it to every process of a job
    first.unlink()
    wait_until(lambda: "training resumes" in log_of(project, "stage1"), running)
    training_process(running, "stage1").send_signal(signal.SIGTERM)
    second.unlink()

    wait_until(lambda: is_saved(project, "stage2"), running)
    training_process(running, "stage2").kill()
    killed.unlink()

    wait_until(lambda: re.search(r"\d\] +stage 2 +crt ", output_of(project)), running)
    wait_until(lambda: is_saved(project, "stage2_finetune"), running)
    os.killpg(running.pid, signal.SIGINT)  # as Ctrl-C in a terminal does
    stopped.unlink()
    assert running.wait() != 0


@pytest.mark.fault("stage 1 gets SIGUSR1, as Slurm sends it", "complete")
@pytest.mark.fault("stage 1 gets SIGTERM", "complete")
@pytest.mark.fault("stage 2 is killed (SIGKILL)", "complete")
@pytest.mark.fault("Ctrl-C during fine-tuning", "complete")
def test_interrupted_and_killed_trainings_resume_and_end_with_the_same_bytes(trainings):
    uninterrupted = results(trainings)
    for method in ("ce", "crt", "finetune"):
        shutil.rmtree(trainings.root / CELL / method)
    interrupt_every_training(trainings)
    assert "run the same command to resume" in log_of(trainings, "stage2_finetune")
    assert not (trainings.root / TARGETS[-1]).exists()
    check_what_the_run_has_shown(output_of(trainings))

    trainings.snakemake(*TARGETS)
    assert all("training resumes" in log_of(trainings, rule) for rule in STAGES)
    resumed = results(trainings)
    assert resumed.keys() == uninterrupted.keys()
    assert [path for path, content in resumed.items() if content != uninterrupted[path]] == []


def check_what_the_run_has_shown(text):
    """Check that requests to stop and Ctrl-C are not reported as failures, unlike a killed process."""
    assert len(re.findall(r"^\[stopped\] stage 1 +ce ", text, re.MULTILINE)) == 2
    before, again, after = text.partition("[again]   stage 2")
    assert again
    assert before.count("[failed]") == 1
    assert re.search(r"^\[stopped\] stage 2 +finetune ", after, re.MULTILINE)
    assert re.search(r"^3 of 4 jobs done, 1 stopped, in \d:\d\d; the same command continues$", after, re.MULTILINE)
    for word in ("[failed]", "RuleException", "exit status", "WorkflowError", "Traceback"):
        assert word not in after
