"""A cell of the matrix as the report sees it: the files it is made of, and what stands in them."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltsei import files

Benchmark = tuple[float, float | None]
"""Wall time in seconds and peak memory in MB, None where Snakemake could not measure it."""
COORDINATES = ("dataset", "ir", "seed", "method")
COUNTS = ("train_count", "test_count")
RATES = ("recall", "precision", "f1")
Condition = tuple[str, str]
"""(dataset, ir): a column of the matrix."""


@dataclass(frozen=True)
class CellFiles:
    """Where the files of one cell are expected; any of them may be absent.

    Attributes:
        dataset: name of the data set.
        ir: imbalance ratio in its canonical text, such as ``100``, ``2.5``, ``natural``.
        seed: of the experiment.
        method: name of the method.
        title: its name for readers.
        kind: its kind, such as ``re-weighting``.
        rank: place of the method in the configuration, from 0; it gives the method's colour in every report.
        blocks: the experiments which hold this cell.
        metrics: path of metrics.json; without this file the cell is missing.
        per_class: path of per_class.csv.
        confusion: path of confusion.csv (header of class names, row = true class).
        recipe: path of recipe.json.
        histories: (stage, history.csv) of every stage the cell uses, also where another method owns it.
        benchmarks: (stage, owning method, Snakemake's benchmark file); the owner is empty for what all methods share.
        expected: level -> fingerprint under the present configuration and code.
        logs: of the jobs that the cell needs, in the order in which they run.
        sweep: path of the values that post-hoc steps tried; empty for a method without such steps.
        diagnostics: path of diagnostics.json, for a mixture of experts.
    """

    dataset: str
    ir: str
    seed: int
    method: str
    title: str
    kind: str
    rank: int
    blocks: tuple[str, ...]
    metrics: str
    per_class: str
    confusion: str
    recipe: str
    histories: tuple[tuple[str, str], ...]
    benchmarks: tuple[tuple[str, str, str], ...]
    expected: Mapping[str, str]
    logs: tuple[str, ...]
    sweep: str
    diagnostics: str


@dataclass(frozen=True)
class Choice:
    """The value of a post-hoc step's parameter: the only one, or chosen on validation data among several."""

    step: str
    parameter: str
    value: str
    fixed: bool


@dataclass(frozen=True)
class Cell:
    """What was found of one cell.

    Attributes:
        files: where it was looked for.
        metrics: name -> number, None where undefined; None as a whole where the cell is missing.
        per_class: one mapping per class: label, class_name, group, counts, and rates in [0, 1] or None.
        confusion: counts [C][C], row = true class; empty where absent.
        recipe: stage -> resolved recipe; empty where absent.
        stale: levels whose recorded fingerprint differs from the expected one.
        choices: parameters of the post-hoc steps, in the order of the steps.
        diagnostics: of a mixture: ``gate_entropy`` in [0, 1], ``expert_usage`` (group -> share of each expert, or
            None where the group is empty) and ``disagreement``; empty where there is no mixture.
    """

    files: CellFiles
    metrics: Mapping[str, float | None] | None
    per_class: list[dict[str, Any]]
    confusion: list[list[int]]
    recipe: Mapping[str, Any]
    stale: tuple[str, ...]
    choices: list[Choice]
    diagnostics: Mapping[str, Any]

    @property
    def condition(self) -> Condition:
        """The column of the matrix in which the cell stands."""
        return self.files.dataset, self.files.ir


def read_cell(source: CellFiles) -> Cell:
    """Return what exists of a cell; what does not is empty."""
    if not Path(source.metrics).is_file():
        return Cell(source, None, [], [], {}, (), [], {})
    found = files.read_json(source.metrics)
    metrics = {name: value for name, value in found.items() if name not in COORDINATES}
    record = _record(source.recipe)
    recorded = record.get("fingerprints", {})
    stale = tuple(level for level, expected in source.expected.items() if recorded.get(level) != expected)
    confusion = [[int(count) for count in row] for row in _rows(source.confusion)[1:]]
    return Cell(
        source,
        metrics,
        read_per_class(source.per_class),
        confusion,
        record.get("recipe", {}),
        stale,
        read_choices(source.sweep),
        _record(source.diagnostics),
    )


def read_choices(path: str) -> list[Choice]:
    """Return the chosen rows of a sweep.csv (step, parameter, value, balanced_accuracy, chosen)."""
    header, *body = _rows(path) or [[]]
    rows = [dict(zip(header, row, strict=True)) for row in body]
    refused = {(row["step"], row["parameter"]) for row in rows if row["chosen"] != "True"}
    return [
        Choice(row["step"], row["parameter"], _short(row["value"]), (row["step"], row["parameter"]) not in refused)
        for row in rows
        if row["chosen"] == "True"
    ]


def read_history(path: str) -> dict[str, list[float | None]]:
    """Return the columns of a history.csv that hold any number, progress apart; an empty cell is None."""
    rows = _rows(path)
    columns = {name: [_number(row[index]) for row in rows[1:]] for index, name in enumerate(rows[0] if rows else [])}
    columns.pop("progress", None)  # the epoch, in other units
    return {name: values for name, values in columns.items() if any(value is not None for value in values)}


def read_benchmark(path: str) -> Benchmark | None:
    """Return (wall time in seconds, peak memory in MB) of a Snakemake benchmark file, None where it is absent."""
    header, *body = _rows(path, "\t") or [[]]
    rows = [dict(zip(header, map(_number, row), strict=True)) for row in body]
    seconds = [row["s"] for row in rows if row["s"] is not None]
    memory = [row["max_rss"] for row in rows if row["max_rss"] is not None]
    return (sum(seconds), max(memory, default=None)) if seconds else None


def read_per_class(path: str) -> list[dict[str, Any]]:
    """Return the rows of a per_class.csv, nothing where it is absent."""
    header, *body = _rows(path) or [[]]
    rows: list[dict[str, Any]] = [dict(zip(header, row, strict=True)) for row in body]
    for row in rows:
        row.update({name: int(row[name]) for name in COUNTS} | {name: _number(row[name]) for name in RATES})
    return rows


def _record(path: str) -> dict[str, Any]:
    """Return the content of a JSON file, nothing where it is absent."""
    found: dict[str, Any] = files.read_json(path) if Path(path).is_file() else {}
    return found


def _rows(path: str, delimiter: str = ",") -> list[list[str]]:
    if not Path(path).is_file():
        return []
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, delimiter=delimiter))


def _short(text: str) -> str:
    """Return a number as its reader would write it, ``1`` for ``1.0``; any other text as it is."""
    value = _number(text)
    return text if value is None else f"{value:g}"


def _number(text: str) -> float | None:
    """Return the number in `text`; None for an empty cell, NaN, infinity and Snakemake's ``-``."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def failure(logs: Sequence[str]) -> tuple[str, str]:
    """Return the log of the last job that ran, and its error where it failed; both empty where none ran."""
    log = next((log for log in reversed(logs) if Path(log).is_file()), "")
    lines = Path(log).read_text(encoding="utf-8").splitlines() if log else []
    errors = [line.partition(" ERROR ")[2] for line in lines if " ERROR " in line]
    return log, errors[-1] if errors else ""
