"""CPU time of jobs that have next to nothing to compute, and how much of it `ltsei.core.startup` saves.

    python benchmarks/jobs.py [--repeats 5]

Snakemake computes a few cells of a tiny data set, two epochs per stage, and keeps the scripts that it ran; each runs
again as a process of its own with one thread, in turn with and without its line `import ltsei.core.startup`. Medians.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from project import Project

THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
SCRIPTS = (
    "make_split",
    "stage1",
    "features",
    "stage2",
    "stage2_finetune",
    "stage3",
    "evaluate",
    "feature_map",
    "report",
)
STARTUP = re.compile(r"^import ltsei\.core\.startup\b.*\n", re.MULTILINE)
OVERLAY: dict[str, Any] = {
    "datasets": {
        "tiny": {
            "source": {
                "name": "synthetic_adsb",
                "emitters": 5,
                "train_per_class": 30,
                "test_per_class": 5,
                "sample_rate_hz": 12.5e6,
            },
            "split": {"validation": {"per_class": 5}, "n_max": 20},
            "defaults": {
                "stage1": {"epochs": 2, "warmup_epochs": 1, "batch_size": 32},
                "stage2": {"epochs": 2, "warmup_epochs": 1, "batch_size": 32},
            },
        }
    },
    "defaults": {"stage1": {"backbone": {"name": "convnet_adsb", "width": 0.1, "stem": "strided"}}},
    "run": ["jobs"],
    "experiments": {
        "jobs": {
            "datasets": ["tiny"],
            "methods": ["ce", "crt", "finetune", "la_posthoc"],
            "imbalance_ratios": [5],
            "seeds": [0],
        }
    },
}


def job_scripts(project: Project) -> dict[str, str]:
    """Run the matrix; return rule -> text of one of its scripts, with the preamble that Snakemake adds."""
    project.run("--cores", "1", "--skip-script-cleanup")
    paths = sorted((project.folder / ".snakemake" / "scripts").glob("*.py"))
    texts = {path.suffixes[-2][1:]: path.read_text() for path in paths}
    return {script: texts[script] for script in SCRIPTS}


def cpu_seconds(folder: Path, code: str) -> float:
    """Return the CPU seconds of code that runs as a script in a process of its own."""
    (folder / "job.py").write_text(code)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "job.py"]
    subprocess.run(command, check=True, cwd=folder, env=os.environ | THREADS, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name), OVERLAY)
        codes = {("torch", "alone"): "import torch", ("numpy", "alone"): "import numpy"}
        for script, text in job_scripts(project).items():
            codes |= {(script, "with"): text, (script, "without"): STARTUP.sub("", text)}
        rounds = [{key: cpu_seconds(project.folder, code) for key, code in codes.items()} for _ in range(repeats + 1)]
    medians = {key: statistics.median(times[key] for times in rounds[1:]) for key in codes}  # the first warms up
    sys.stdout.write("| job | CPU seconds | without `ltsei.core.startup` | ratio |\n|---|---|---|---|\n")
    for script in SCRIPTS:
        with_startup, without = medians[script, "with"], medians[script, "without"]
        sys.stdout.write(f"| {script} | {with_startup:.2f} | {without:.2f} | {with_startup / without:.2f} |\n")
    for library in ("torch", "numpy"):
        sys.stdout.write(f"| `import {library}` and nothing else | {medians[library, 'alone']:.2f} | | |\n")


if __name__ == "__main__":
    main()
