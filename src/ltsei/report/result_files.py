"""The files of a cell, each as what stands in it; a file that does not exist is empty."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ltsei.core import files

COUNTS = ("train_count", "test_count")
RATES = ("recall", "precision", "f1")


@dataclass(frozen=True)
class Choice:
    """The value of a post-hoc step's parameter: the only one, or chosen on validation data among several."""

    step: str
    parameter: str
    value: str
    fixed: bool


def record(path: str) -> dict[str, Any]:
    """Return the content of a JSON file."""
    found: dict[str, Any] = files.read_json(path) if Path(path).is_file() else {}
    return found


def rows(path: str, delimiter: str = ",") -> list[list[str]]:
    """Return the rows of a table, its header first."""
    if not Path(path).is_file():
        return []
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, delimiter=delimiter))


def choices(path: str) -> list[Choice]:
    """Return the chosen rows of a sweep.csv (step, parameter, value, balanced_accuracy, chosen)."""
    header, *body = rows(path) or [[]]
    found = [dict(zip(header, row, strict=True)) for row in body]
    refused = {(row["step"], row["parameter"]) for row in found if row["chosen"] != "True"}
    return [
        Choice(row["step"], row["parameter"], _short(row["value"]), (row["step"], row["parameter"]) not in refused)
        for row in found
        if row["chosen"] == "True"
    ]


def history(path: str) -> dict[str, list[float | None]]:
    """Return the columns of a history.csv that hold any number, progress apart; an empty cell is None."""
    found = rows(path)
    columns = {
        name: [files.number(row[index]) for row in found[1:]] for index, name in enumerate(found[0] if found else [])
    }
    columns.pop("progress", None)  # the epoch, in other units
    return {name: values for name, values in columns.items() if any(value is not None for value in values)}


def per_class(path: str) -> list[dict[str, Any]]:
    """Return the rows of a per_class.csv."""
    header, *body = rows(path) or [[]]
    found: list[dict[str, Any]] = [dict(zip(header, row, strict=True)) for row in body]
    for row in found:
        row.update({name: int(row[name]) for name in COUNTS} | {name: files.number(row[name]) for name in RATES})
    return found


def _short(text: str) -> str:
    """Return a number as its reader would write it, ``1`` for ``1.0``; any other text as it is."""
    value = files.number(text)
    return text if value is None else f"{value:g}"
