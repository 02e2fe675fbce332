"""A run that is interrupted goes on where it was and ends with the same bytes."""

import os
import signal
import subprocess
import time

import pytest

CELL = "results/small/ir2/seed0/ce"


@pytest.fixture
def long_training(project, experiments):
    experiments["defaults"]["stage1"]["epochs"] = 300
    experiments["defaults"]["stage1"]["augmentations"] = ["phase_rotation"]
    project.configure(experiments)
    return project


def interrupt_while_training(project, number):
    """Start the training of one cell and send a signal to everything that was started, as a terminal does."""
    log = project.root / CELL / "logs" / "stage1.log"
    running = subprocess.Popen(
        project.command(f"{CELL}/metrics.json"),
        cwd=project.root,
        env=project.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not (log.exists() and "epoch 1 " in log.read_text()):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(running.pid, number)
    assert running.wait(timeout=60) != 0


def test_control_c_saves_a_training_and_the_same_command_goes_on_with_it(long_training, tmp_path):
    target = f"{CELL}/metrics.json"
    interrupt_while_training(long_training, signal.SIGINT)
    assert (long_training.root / CELL / "stage1" / "resume" / "state.pt").exists()
    assert not (long_training.root / CELL / "stage1" / "model.pt").exists()
    long_training.snakemake(target, "--rerun-incomplete")
    assert "training goes on" in (long_training.root / CELL / "logs" / "stage1.log").read_text()
    resumed = long_training.files(f"{CELL}/**/*")
    (long_training.root / CELL / "stage1" / "model.pt").unlink()
    long_training.snakemake(target)
    undisturbed = long_training.files(f"{CELL}/**/*")
    compared = [path for path in undisturbed if path.suffix in {".pt", ".npz", ".csv", ".json"}]
    assert len(compared) >= 7
    assert [path for path in compared if resumed[path] != undisturbed[path]] == []
