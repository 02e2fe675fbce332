"""What jobs have left in files, for a line on the terminal; a missing or damaged file has nothing to say."""

import csv
import json
import math
from collections.abc import Iterable
from pathlib import Path

BEST = 5
"""How many methods the summary names."""

CLOCK_SKEW = 2.0
"""Seconds by which the clock of a file server may lag."""


def balanced_accuracy(outputs: Iterable[str]) -> float | None:
    """Return the balanced accuracy in the metrics file among a job's outputs; None where there is none."""
    path = next((path for path in outputs if Path(path).name == "metrics.json"), None)
    try:
        value = float(json.loads(Path(path or "").read_text(encoding="utf-8"))["balanced_accuracy"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return value if math.isfinite(value) else None


def seconds_of(benchmark: str) -> float | None:
    """Return how long a job took by its benchmark file; None where that is missing or damaged."""
    try:
        with Path(benchmark).open(encoding="utf-8", newline="") as file:
            value = float(next(csv.DictReader(file, delimiter="\t"))["s"])
    except (OSError, ValueError, KeyError, TypeError, StopIteration, csv.Error):
        return None
    return value if math.isfinite(value) else None


def best_methods(table: Path) -> list[tuple[str, float]]:
    """Return (method, mean balanced accuracy) of the best in a ranking table, best first; empty where it is damaged."""
    try:
        with table.open(encoding="utf-8", newline="") as file:
            scores = [(row["method"], float(row["balanced_accuracy"] or "nan")) for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return []
    return sorted((pair for pair in scores if math.isfinite(pair[1])), key=lambda pair: -pair[1])[:BEST]


def written_since(path: Path, moment: float) -> bool:
    """Return whether a file was written after a moment, in seconds since 1970."""
    try:
        return path.stat().st_mtime >= moment - CLOCK_SKEW
    except OSError:
        return False
