"""Time and memory of planning as the matrix grows: the whole experiment file with more and more seeds.

    python benchmarks/dag.py [--cells 1000 5000 10000 20000]

A dry run reads the configuration, checks it, fingerprints the code and builds the graph of all jobs; nothing runs.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from project import REPOSITORY, Project

from ltsei.pipeline.load import load_matrix


def overlay(seeds: int) -> dict[str, Any]:
    """Return an overlay that gives every block of the experiment file this many seeds."""
    blocks = yaml.safe_load((REPOSITORY / "config" / "experiments.yaml").read_text())["experiments"]
    return {"experiments": {name: {"seeds": list(range(seeds))} for name in blocks}}


def cells_per_seed() -> int:
    """Return how many cells the matrix has for each seed."""
    experiments = yaml.safe_load((REPOSITORY / "config" / "experiments.yaml").read_text())
    cells = load_matrix(experiments, REPOSITORY / "workflow" / "scripts").cells()
    return len(cells) // len({cell.seed for cell in cells})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, nargs="+", default=[1000, 5000, 10000, 20000])
    sys.stdout.write("| cells | jobs | CPU seconds | ms per job | peak MB |\n|---|---|---|---|---|\n")
    per_seed = cells_per_seed()
    for cells in parser.parse_args().cells:
        seeds = -(-cells // per_seed)
        with tempfile.TemporaryDirectory() as folder:
            project = Project(Path(folder), overlay(seeds))
            usage = project.run("--dry-run", "--quiet", "rules", "host")
            jobs = int(next(line.split()[1] for line in project.output().splitlines() if line.startswith("total")))
        milliseconds = 1e3 * usage.cpu_seconds / jobs
        line = f"| {seeds * per_seed} | {jobs} | {usage.cpu_seconds:.1f} | {milliseconds:.2f} | {usage.peak_mb:.0f} |\n"
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
