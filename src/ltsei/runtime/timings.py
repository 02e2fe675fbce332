"""Wall time and memory of a job, from Snakemake's benchmark file."""

import csv
from pathlib import Path
from typing import NamedTuple

from ltsei.core.files import number


class Timing(NamedTuple):
    """Wall time and memory of a job over all its attempts.

    Attributes:
        seconds: wall time.
        memory_mb: the largest peak; None where Snakemake could not measure it.
    """

    seconds: float
    memory_mb: float | None


def read(path: str | Path) -> Timing | None:
    """Return the content of a benchmark file, None where it is absent, damaged or holds no time."""
    if not Path(path).is_file():
        return None
    with Path(path).open(newline="", encoding="utf-8", errors="replace") as file:
        rows = [{name: number(text) for name, text in row.items()} for row in csv.DictReader(file, delimiter="\t")]
    seconds = [value for row in rows if (value := row.get("s")) is not None]
    memory = [value for row in rows if (value := row.get("max_rss")) is not None]
    return Timing(sum(seconds), max(memory, default=None)) if seconds else None
