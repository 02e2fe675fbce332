"""Time and size of a report on 800 cells: 40 methods, 4 ratios, 5 seeds, 60 classes, 300 epochs.

    python benchmarks/report.py [--keep FOLDER]

The cells are made up, with files as large as real ones. Times are also given as multiples of the time that
reading all files takes in the same process. With `--keep`, cells, page, tables and figures stay in the folder.
"""

import argparse
import itertools
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from unit.report._matrix import fake_matrix

RATIOS, SEEDS = ("10", "50", "100", "200"), tuple(range(5))
LOSSES = ("ce", "focal", "ldam", "class_balanced", "balanced_softmax", "logit_adjustment", "vs_loss", "moe_ltsei")
SAMPLERS = ("", "sqrt", "class_uniform", "progressive_power", "crt_tau_norm")
METHODS = tuple("+".join(filter(None, parts)) for parts in itertools.product(LOSSES, SAMPLERS))
HEAD, TAIL_GAIN = 0.93, 0.5
"""Recall of the most frequent class without any gain for the tail, and the largest such gain, as a fraction."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", type=int, default=len(METHODS), help=f"number of methods, up to {len(METHODS)}")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="new or empty folder for cells and report")
    arguments = parser.parse_args()
    with nullcontext(arguments.keep) if arguments.keep else tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), METHODS[: arguments.methods])


def measure(root, methods):
    """Write cells and their report into a folder, and print how long the report takes."""
    if root.exists() and any(root.iterdir()):
        raise SystemExit(f"{root}: not empty")
    matrix = fake_matrix(
        root, methods=methods, ratios=RATIOS, seeds=SEEDS, num_classes=60, natural=False, epochs=300, scores=scores
    )
    seconds = {
        "reading every file": cpu_time(lambda: [path.read_bytes() for path in root.rglob("*") if path.is_file()]),
        "page": cpu_time(matrix.page),
        "tables": cpu_time(matrix.tables),
        "figures": cpu_time(matrix.figures),
    }
    size = (root / "report" / "report.html").stat().st_size
    sys.stdout.write(f"{len(matrix.cells)} cells, page of {size / 1e6:.1f} MB\n")
    for name, value in seconds.items():
        ratio = value / seconds["reading every file"]
        sys.stdout.write(f"{name:20} {value:6.1f} s of CPU time {ratio:8.1f} times reading\n")


def scores(index):
    """Return what makes the scores of a method: what the tail gains, the head loses in part; gain costs time."""
    rng = np.random.default_rng((1, index))
    gain = TAIL_GAIN * np.clip(index / len(METHODS) + rng.normal(0, 0.15), 0, 1)
    return {
        "quality": HEAD - 0.25 * gain + rng.normal(0, 0.01),
        "steepness": 0.3 * (1 - gain),
        "seconds": 240 * (1 + gain) * rng.lognormal(0, 0.25),
    }


def cpu_time(work):
    """Return the CPU time that a function takes, in seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
