"""Whether bf16 changes a conclusion: balanced accuracy over seeds, against that of float32.

    python benchmarks/precision.py [--seeds 5] [--cores 2]

Two methods on the small data set of config/quick.yaml at a ratio of 50, each in both precisions.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
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
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--cores", default="2")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Project(Path(folder), overlay(options.seeds)).run("--cores", options.cores)
        cells = [json.loads(path.read_text()) for path in Path(folder).glob("results/adsb_small/*/*/*/metrics.json")]
    sys.stdout.write("| method | float32 | bf16 |\n|---|---|---|\n")
    for method in METHODS:
        entries = []
        for name in (method, f"{method}_bf16"):
            values = [100 * cell["balanced_accuracy"] for cell in cells if cell["method"] == name]
            entries.append(f"{statistics.mean(values):.1f} ± {statistics.stdev(values):.1f}")
        sys.stdout.write(f"| {method} | {' | '.join(entries)} |\n")


if __name__ == "__main__":
    main()
