"""What bf16 costs: balanced accuracy over seeds against that of float32, with the paired difference.

    python benchmarks/precision.py [--seeds 10] [--cores 2]

Two methods on the small data set of config/quick.yaml at a ratio of 50, each in both precisions. The interval of the
difference is Student's, at 95 %, paired by seed.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from mixture import difference
from project import REPOSITORY, Project

METHODS = {"ce": {}, "class_uniform": {"sampler": "class_balanced"}}


def overlay(seeds: int) -> dict[str, Any]:
    quick = yaml.safe_load((REPOSITORY / "config" / "quick.yaml").read_text())
    methods = {f"{name}_bf16": {"stage1": {**settings, "precision": "bf16"}} for name, settings in METHODS.items()}
    names = [*METHODS, *methods]
    block = {"datasets": ["adsb_small"], "methods": names, "imbalance_ratios": [50], "seeds": list(range(seeds))}
    del quick["figures"]
    return {**quick, "results": "results", "methods": methods, "run": ["bf16"], "experiments": {"bf16": block}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--cores", default="2")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Project(Path(folder), overlay(options.seeds)).run("--cores", options.cores)
        cells = [json.loads(path.read_text()) for path in Path(folder).glob("results/adsb_small/*/*/*/metrics.json")]
    sys.stdout.write("| method | float32 | bf16 | bf16 − float32 |\n|---|---|---|---|\n")
    for method in METHODS:
        by_seed = [
            {str(cell["seed"]): 100 * cell["balanced_accuracy"] for cell in cells if cell["method"] == name}
            for name in (method, f"{method}_bf16")
        ]
        entries = [f"{statistics.mean(of.values()):.1f} ± {statistics.stdev(of.values()):.1f}" for of in by_seed]
        paired = np.array([by_seed[1][seed] - by_seed[0][seed] for seed in by_seed[0]])
        sys.stdout.write(f"| {method} | {' | '.join(entries)} | {difference(paired)} |\n")


if __name__ == "__main__":
    main()
