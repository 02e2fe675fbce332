"""Published numbers: a CSV file with a row per method, each with its source."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from ltsei.core.errors import InputError
from ltsei.core.spreadsheet import restored
from ltsei.evaluation.metric_labels import Unit
from ltsei.evaluation.statistics import Summary
from ltsei.report.leaderboard.entries import Entry

REQUIRED = ("dataset", "ir", "method", "source")
OPTIONAL = ("sd", "seeds")


def published(path: Path, metric: str, unit: Unit) -> Iterator[Entry]:
    """Yield the rows of a file with columns `REQUIRED`, one called like the metric, and perhaps `OPTIONAL` ones.

    Raises:
        InputError: a column is missing or not known, a cell is empty or no number, or a fraction is not in [0, 1].
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            columns, rows = list(reader.fieldnames or ()), list(reader)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as CSV: {error}") from None
    needed = [*REQUIRED, metric]
    if missing := [name for name in needed if name not in columns]:
        expected = f"expected {', '.join(needed)}, and if known {' and '.join(OPTIONAL)}"
        raise InputError(f"{path}: no column {', '.join(missing)}; {expected}")
    for line, row in enumerate(rows, start=2):
        yield _entry(row, metric, unit, f"{path}, line {line}")


def _entry(row: Mapping[str, str | None], metric: str, unit: Unit, where: str) -> Entry:
    texts = {name: restored((row.get(name) or "").strip()) for name in (*REQUIRED, metric, *OPTIONAL)}
    if empty := [name for name in (*REQUIRED, metric) if not texts[name]]:
        raise InputError(f"{where}: {', '.join(empty)} is empty; every published number needs its source")
    mean = _number(texts[metric], f"{where}, {metric}")
    if unit == "fraction" and not 0 <= mean <= 1:
        raise InputError(f"{where}, {metric}: got {mean:g}, expected a fraction in [0, 1]; divide percents by 100")
    sd = _number(texts["sd"], f"{where}, sd") if texts["sd"] else None
    seeds = int(_number(texts["seeds"], f"{where}, seeds")) if texts["seeds"] else 1
    return Entry(texts["dataset"], texts["ir"], texts["method"], Summary(mean, sd, seeds), texts["source"], None)


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{where}: got {text!r}, expected a number") from None
