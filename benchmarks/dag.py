"""How long planning takes and how much memory, as the matrix grows: the whole experiment file with more and more seeds.

    python benchmarks/dag.py [--cells 1000 5000 10000 20000]

A dry run reads the configuration, checks it, fingerprints the code and builds the graph of all jobs; nothing runs.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from workplace import REPOSITORY, Workplace

from ltsei.pipeline.load import load_matrix


def overlay(seeds: int) -> dict[str, Any]:
    """Return an overlay which gives every block of the experiment file so many seeds."""
    blocks = yaml.safe_load((REPOSITORY / "config" / "experiments.yaml").read_text())["experiments"]
    return {"experiments": {name: {"seeds": list(range(seeds))} for name in blocks}}


def cells_of_a_seed() -> int:
    """Return how many cells the matrix has for each seed."""
    experiments = yaml.safe_load((REPOSITORY / "config" / "experiments.yaml").read_text())
    cells = load_matrix(experiments, REPOSITORY / "workflow" / "scripts").cells()
    return len(cells) // len({cell.seed for cell in cells})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, nargs="+", default=[1000, 5000, 10000, 20000])
    sys.stdout.write("| cells | jobs | CPU seconds | ms per job | peak MB |\n|---|---|---|---|---|\n")
    per_seed = cells_of_a_seed()
    for wanted in parser.parse_args().cells:
        seeds = -(-wanted // per_seed)
        with tempfile.TemporaryDirectory() as folder:
            place = Workplace(Path(folder), overlay(seeds))
            used = place.run("--dry-run", "--quiet", "rules", "host")
            jobs = int(next(line.split()[1] for line in place.output().splitlines() if line.startswith("total")))
        each = 1e3 * used.cpu_seconds / jobs
        line = f"| {seeds * per_seed} | {jobs} | {used.cpu_seconds:.1f} | {each:.2f} | {used.peak_mb:.0f} |\n"
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
