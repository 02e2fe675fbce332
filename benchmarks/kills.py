"""Kill trainings with SIGKILL at random moments, run the same command again, and compare every byte of what they leave.

    python benchmarks/kills.py [--kills 20] [--seed 0]

In turn stage 1, stage 2 on features and stage 2 through the network; in turn the training process alone and snakemake
with everything that it started (which leaves snakemake's lock behind: `--unlock` takes it away).
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
from workplace import Workplace

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
            "split": {"validation": {"per_class": 10}, "n_max": 100},
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
    "run": ["kills"],
    "experiments": {
        "kills": {
            "datasets": ["adsb_small"],
            "methods": ["ce", "crt", "finetune"],
            "imbalance_ratios": [10],
            "seeds": [0],
        }
    },
}


@dataclass(frozen=True)
class Victim:
    """A training: its rule, the file that asks for it, where all lies, and how long it takes undisturbed."""

    rule: str
    target: str
    folder: Path
    log: Path
    seconds: float

    def files(self) -> dict[str, bytes]:
        """Path -> bytes of what the training leaves."""
        return {str(path): path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()}


def victim(place: Workplace, rule: str, method: str, output: str) -> Victim:
    stage, cell = Path(output).parts[0], place.folder / CELL / method
    log = cell / "logs" / f"{stage}.log"
    times = [datetime.fromisoformat(line[:23].replace(",", ".")) for line in log.read_text().splitlines()]
    return Victim(rule, f"{CELL}/{method}/{output}", cell / stage, log, (times[-1] - times[0]).total_seconds())


def training_process(running: subprocess.Popen, rule: str) -> psutil.Process | None:
    """Return the process of a rule's script, None where it has ended."""
    started = psutil.Process(running.pid).children(recursive=True)
    return next((process for process in started if process.cmdline()[-1:] and rule_of(process) == rule), None)


def rule_of(process: psutil.Process) -> str:
    """Return the rule whose script a process runs, from a path such as ``/x/tmp1a2b.stage1.py``."""
    return Path(process.cmdline()[-1]).stem.partition(".")[2]


def kill_once(place: Workplace, target: Victim, alone: bool, moment: float) -> str:
    """Start the training, kill it after so many seconds, and return what it left; nothing where it was over."""
    shutil.rmtree(target.folder)
    target.log.unlink()
    running = place.start("--cores", "2", target.target)
    while not target.log.exists():
        time.sleep(0.01)
    time.sleep(moment)
    process = training_process(running, target.rule)
    if process and alone:
        process.kill()
    elif process:
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    if process and not alone:
        place.run("--unlock")
    left = {path.name for path in target.folder.rglob("*") if path.is_file()}
    return ", ".join(sorted(left)) or "no file" if process else ""


def where_it_went_on(log: Path) -> str:
    match = re.search(r"training (?:resumes in (epoch \d+)|starts from the beginning)", log.read_text())
    return "the start" if match is None else match[1] or "REFUSED"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng, done, differing = random.Random(options.seed), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        place = Workplace(Path(folder), OVERLAY)
        outputs = [("stage1", "ce", "stage1/model.pt"), ("stage2", "crt", "stage2/head.pt")]
        outputs.append(("stage2_finetune", "finetune", "stage2/head.pt"))
        place.run("--cores", "2", *(f"{CELL}/{method}/{output}" for _, method, output in outputs))
        victims = [victim(place, *output) for output in outputs]
        expected = [target.files() for target in victims]
        sys.stdout.write(
            "| kill | rule | killed | after s | of s | left | went on in | bytes |\n|---|---|---|---|---|---|---|---|\n"
        )
        while done < options.kills:
            index, alone = done % len(victims), done % 2 == 0
            target, moment = victims[index], rng.uniform(0, victims[index].seconds)
            if left := kill_once(place, target, alone, moment):
                done += 1
                place.run("--cores", "2", target.target)
                same = target.files() == expected[index]
                differing += not same
                words = [done, target.rule, "the training" if alone else "everything", f"{moment:.1f}"]
                words += [f"{target.seconds:.1f}", left, where_it_went_on(target.log), "the same" if same else "OTHERS"]
                sys.stdout.write(f"| {' | '.join(map(str, words))} |\n")
                sys.stdout.flush()
    sys.exit(differing > 0)


if __name__ == "__main__":
    main()
