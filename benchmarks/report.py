"""Time and size of a report on 800 cells: 40 methods, 4 ratios, 5 seeds, 60 classes, 300 epochs.

    python benchmarks/report.py

The cells are made up, with files as large as real ones. Times are also given as multiples of the time that
reading all files takes in the same process.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from unit.report._matrix import fake_matrix

METHODS, RATIOS, SEEDS = 40, ("10", "50", "100", "200"), tuple(range(5))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", type=int, default=METHODS)
    methods = tuple(f"method_{index}" for index in range(parser.parse_args().methods))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        matrix = fake_matrix(
            root, methods=("ce", *methods[1:]), ratios=RATIOS, seeds=SEEDS, num_classes=60, natural=False, epochs=300
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


def cpu_time(work):
    """Return the CPU time that a function takes, in seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
