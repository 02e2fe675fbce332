"""CPU seconds of a block of stage-2 and stage-3 methods with 20 trials each, as a multiple of the same block untuned.

    python benchmarks/tuning_cost.py [--trials 20] [--seeds 2]

Both run from scratch, one job at a time, with page, tables and figures. CPU seconds, unlike wall time, hardly depend
on what else the machine does.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from project import REPOSITORY, Project, Usage
from snakemake.utils import update_config

METHODS = ["ce", "crt", "lws", "tau_norm", "tau_norm_1", "la_posthoc", "moe_ltsei"]


def usage(seeds: int, tuning: dict[str, Any] | None) -> Usage:
    """Return what the matrix takes, with or without tuning."""
    block = {"datasets": ["adsb_small"], "methods": METHODS, "imbalance_ratios": [50], "seeds": list(range(seeds))}
    overlay: dict[str, Any] = yaml.safe_load((REPOSITORY / "config" / "quick.yaml").read_text())
    update_config(overlay, {"results": "results", "run": ["cost"], "figures": {"cells": "none"}})
    overlay["experiments"] = {"cost": {**block, "tuning": tuning}}
    with tempfile.TemporaryDirectory() as folder:
        return Project(Path(folder), overlay).run("--cores", "1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args()
    tuning = {"trials": options.trials, "trials_per_job": options.trials, "stages": ["stage2", "stage3"]}
    plain, tuned = usage(options.seeds, None), usage(options.seeds, tuning)
    sys.stdout.write("| block | CPU s | ratio |\n|---|---|---|\n")
    sys.stdout.write(f"| as given | {plain.cpu_seconds:.0f} | 1 |\n")
    sys.stdout.write(
        f"| {options.trials} trials | {tuned.cpu_seconds:.0f} | {tuned.cpu_seconds / plain.cpu_seconds:.2f} |\n"
    )


if __name__ == "__main__":
    main()
