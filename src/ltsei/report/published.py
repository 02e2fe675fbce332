"""Published numbers: a CSV file with a row per number, each with its source."""

import csv
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from ltsei.core.errors import InputError, unknown
from ltsei.core.spreadsheet import restored
from ltsei.evaluation.metric_labels import METRICS
from ltsei.evaluation.statistics import Summary
from ltsei.pipeline.ratios import ratio_text
from ltsei.report.leaderboard.entries import Entry

REQUIRED = ("method", "dataset", "imbalance_ratio", "metric", "value", "source")
OPTIONAL = ("std", "seeds")
LARGEST_STD = 0.5
"""Of fractions, but for a few values at both ends; a larger one is taken for percents."""


def published(path: Path) -> list[Entry]:
    """Return the numbers of a file with the columns `REQUIRED`, and perhaps `OPTIONAL` ones; others are ignored.

    Raises:
        InputError: a column is missing, a cell is empty, no number or out of its range, or a number is there twice.
    """
    lines: dict[tuple[str, ...], int] = {}
    entries = []
    for line, row in _rows(path):
        entry = _entry(row, f"{path}, line {line}")
        key = entry.dataset, entry.ir, entry.method, entry.metric, entry.source
        if lines.setdefault(key, line) != line:
            raise InputError(f"{path}, line {line}: the same number as in line {lines[key]}; remove one of them")
        entries.append(entry)
    if not entries:
        raise InputError(f"{path}: no rows; write a row per published number, or leave the file out")
    return entries


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    """Yield number and contents of each line below the header."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            columns, rows = list(reader.fieldnames or ()), [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read as CSV: {error}") from None
    if missing := [name for name in REQUIRED if name not in columns]:
        expected = f"expected {', '.join(REQUIRED)}, and if known {' and '.join(OPTIONAL)}"
        raise InputError(f"{path}: no column {', '.join(missing)}; {expected}")
    yield from rows


def _entry(row: Mapping[str, str | None], where: str) -> Entry:
    texts = {name: restored((row.get(name) or "").strip()) for name in (*REQUIRED, *OPTIONAL)}
    if empty := [name for name in REQUIRED if not texts[name]]:
        raise InputError(f"{where}: {', '.join(empty)} is empty; every published number needs its source")
    metric = texts["metric"]
    if metric not in METRICS:
        raise InputError(f"{where}: {unknown(metric, METRICS, 'metric')}")
    return Entry(
        dataset=texts["dataset"],
        ir=_ratio(texts["imbalance_ratio"], f"{where}, imbalance_ratio"),
        method=texts["method"],
        metric=metric,
        summary=_summary(texts, METRICS[metric].unit == "fraction", where),
        source=texts["source"],
        signals=None,
    )


def _summary(texts: Mapping[str, str], is_fraction: bool, where: str) -> Summary:
    """Return value, spread and number of seeds; 0 seeds where their number is not known."""
    mean = _number(texts["value"], f"{where}, value")
    if is_fraction and not 0 <= mean <= 1:
        raise InputError(f"{where}, value: got {mean:g}, expected a fraction in [0, 1]; divide percents by 100")
    sd = _number(texts["std"], f"{where}, std") if texts["std"] else None
    largest = LARGEST_STD if is_fraction else math.inf
    if sd is not None and not 0 <= sd <= largest:
        raise InputError(f"{where}, std: got {sd:g}, expected 0 to {largest:g}; divide percents by 100")
    seeds = texts["seeds"] or "0"
    if texts["seeds"] and not (seeds.isdecimal() and int(seeds)):
        raise InputError(f"{where}, seeds: got {seeds!r}, expected a whole number > 0, or nothing")
    return Summary(mean, sd, int(seeds))


def _ratio(text: str, where: str) -> str:
    if text == "natural":
        return text
    ratio = _number(text, where)
    if ratio < 1:
        raise InputError(f"{where}: got {text!r}, expected a number of at least 1, or natural")
    return ratio_text(ratio)


def _number(text: str, where: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{where}: got {text!r}, expected a number")
    return number
