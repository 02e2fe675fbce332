"""Kill trainings with SIGKILL at random moments, run the same command again, and compare every byte of their files.

    python benchmarks/kills.py [--kills 20] [--seed 0]

The training is in turn stage 1, stage 2 on features, stage 2 through the network, and trials of stage 1 and of stage 2.
Killed is in turn the training process alone and snakemake with everything that it started; this leaves its lock behind,
which `--unlock` removes.
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from project import Project

CELL = "results/adsb_small/ir10/seed0"
OVERLAY: dict[str, Any] = {
    "checkpoint_minutes": 0.005,
    "datasets": {
        "adsb_small": {
            "source": {
                "name": "synthetic_adsb",
                "emitters": 10,
                "train_per_class": 120,
                "test_per_class": 20,
                "sample_rate_hz": 12.5e6,
            },
            "split": {"validation": {"protocol": "balanced", "per_class": 10}, "n_max": 100},
            "defaults": {"stage1": {"epochs": 40, "warmup_epochs": 1, "batch_size": 32}, "stage2": {"batch_size": 32}},
        }
    },
    "defaults": {
        "stage1": {
            "backbone": {"name": "convnet_adsb", "width": 0.25, "stem": "strided"},
            "augmentations": ["phase_rotation"],
            "lr": 0.05,
        }
    },
    "methods": {"crt": {"stage2": {"epochs": 1000}}, "finetune": {"stage2": {"epochs": 25}}},
    "run": ["kills", "trials"],
    "experiments": {
        "kills": {
            "datasets": ["adsb_small"],
            "methods": ["ce", "crt", "finetune"],
            "imbalance_ratios": [10],
            "seeds": [0],
        },
        "trials": {
            "datasets": ["adsb_small"],
            "methods": ["focal", "lws"],
            "imbalance_ratios": [10],
            "seeds": [0],
            "tuning": {"trials": 4, "search": {"stage2.epochs": None}},
        },
    },
}
NO_RESULTS = {"logs", "benchmarks"}
"""Folders beside the results of trials."""


@dataclass(frozen=True)
class Training:
    """A training: its rule and script, its target, its folder and log, and its duration when it is not interrupted."""

    rule: str
    script: str
    target: str
    folder: Path
    log: Path
    seconds: float

    def files(self) -> dict[str, bytes]:
        """Return path -> bytes of the files of the training."""
        return {
            str(path): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not NO_RESULTS & {*path.relative_to(self.folder).parts}
        }


def finished_training(project: Project, rule: str, place: str, output: str) -> Training:
    """Return a training that has run.

    Args:
        project: in which it has run.
        rule: of the training.
        place: of its logs, below the cell.
        output: of the training, below its place.
    """
    folder = project.folder / CELL / place
    log = folder / "logs" / f"{rule}.log"
    times = [datetime.fromisoformat(line[:23].replace(",", ".")) for line in log.read_text().splitlines()]
    script = "trials" if rule.endswith("_trials") else rule
    seconds = (times[-1] - times[0]).total_seconds()
    return Training(rule, script, f"{CELL}/{place}/{output}", (folder / output).parent, log, seconds)


def training_process(running: subprocess.Popen, script: str) -> psutil.Process | None:
    """Return the process of a script, None where it has ended."""
    started = psutil.Process(running.pid).children(recursive=True)
    return next((process for process in started if process.cmdline()[-1:] and script_of(process) == script), None)


def script_of(process: psutil.Process) -> str:
    """Return the script that a process runs, from a path such as ``/x/tmp1a2b.stage1.py``."""
    return Path(process.cmdline()[-1]).stem.partition(".")[2]


def kill_once(project: Project, training: Training, alone: bool, delay: float) -> str:
    """Start the training, kill it after a delay in seconds, return the names of its files; empty if it was over."""
    shutil.rmtree(training.folder)
    training.log.unlink(missing_ok=True)
    running = project.start("--cores", "2", training.target)
    while not training.log.exists():
        time.sleep(0.01)
    time.sleep(delay)
    process = training_process(running, training.script)
    if process and alone:
        process.kill()
    elif process:
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    if process and not alone:
        project.run("--unlock")
    names = {Path(path).name for path in training.files()}
    return ", ".join(sorted(names)) or "no file" if process else ""


def resumed_in(log: Path) -> str:
    """Return where a training resumed, as its log says; REFUSED where it ignored its saved state."""
    match = re.search(r"training (?:resumes in (epoch \d+)|starts from the beginning)", log.read_text())
    return "the start" if match is None else match[1] or "REFUSED"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng, done, differing = random.Random(options.seed), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), OVERLAY)
        outputs = [("stage1", "ce", "stage1/model.pt"), ("stage2", "crt", "stage2/head.pt")]
        outputs.append(("stage2_finetune", "finetune", "stage2/head.pt"))
        outputs.append(("stage1_trials", "focal.tuned/trials/000-003", "trials.zip"))
        outputs.append(("stage2_trials", "lws.tuned/trials/000-003", "trials.zip"))
        project.run("--cores", "2", *(f"{CELL}/{place}/{output}" for _, place, output in outputs))
        trainings = [finished_training(project, *output) for output in outputs]
        expected = [training.files() for training in trainings]
        sys.stdout.write(
            "| kill | rule | killed | after s | of s | left | resumed in | bytes |\n|---|---|---|---|---|---|---|---|\n"
        )
        while done < options.kills:
            index, alone = done % len(trainings), done % 2 == 0
            training, delay = trainings[index], rng.uniform(0, trainings[index].seconds)
            if left := kill_once(project, training, alone, delay):
                done += 1
                project.run("--cores", "2", training.target)
                same = training.files() == expected[index]
                differing += not same
                outcome = "the same" if same else "DIFFERENT"
                entries = [done, training.rule, "the training" if alone else "everything", f"{delay:.1f}"]
                entries += [f"{training.seconds:.1f}", left, resumed_in(training.log), outcome]
                sys.stdout.write(f"| {' | '.join(map(str, entries))} |\n")
                sys.stdout.flush()
    sys.exit(differing > 0)


if __name__ == "__main__":
    main()
