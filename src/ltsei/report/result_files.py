"""Readers of results; a file that does not exist reads as empty.

A file that cannot be used raises DamagedError; with `or_nothing`, it reads as empty too, and the log says so.
"""

import contextlib
import csv
import logging
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ltsei.core import content, files
from ltsei.core.content import DamagedError
from ltsei.core.errors import InputError
from ltsei.core.spreadsheet import restored
from ltsei.report import file_shapes

COUNTS = ("train_count", "test_count")
RATES = ("recall", "precision", "f1")

Key = TypeVar("Key", bound=Hashable)
T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """The value of a post-hoc step's parameter; `fixed` unless it was chosen among several on validation data."""

    step: str
    parameter: str
    value: str
    fixed: bool


def or_nothing(read: Callable[[str], T], path: str, nothing: T) -> T:
    """Return what a reader returns, `nothing` where the file is damaged; then the log says so."""
    try:
        return read(path)
    except DamagedError as error:
        log.warning("not shown: %s", error)
        return nothing


def parsed(path: str, parse: Callable[[Any], T], nothing: T) -> T:
    """Return the content of a JSON file as `parse` returns it, `nothing` for an absent file.

    Raises:
        DamagedError: the file is not as it was written, not JSON, or `parse` raised ValueError.
    """
    content.check(path)
    if not Path(path).is_file():
        return nothing
    with _usable(path):
        return parse(files.read_json(path))


def rows(path: str) -> list[list[str]]:
    """Return the rows of a CSV file, its header first; all have as many cells as the header."""
    content.check(path)
    if not Path(path).is_file():
        return []
    with _usable(path):
        with Path(path).open(newline="", encoding="utf-8") as file:
            table = [[restored(cell) for cell in row] for row in csv.reader(file)]
        if any(len(row) != len(table[0]) for row in table):
            raise ValueError("rows of different length")
        return table


def confusion(path: str) -> list[list[int]]:
    """Return the counts [C][C] of a confusion.csv, row = true class."""
    body = rows(path)[1:]
    with _usable(path):
        counts = [[int(count) for count in row] for row in body]
        if any(len(row) != len(counts) for row in counts):
            raise ValueError("not as many rows as columns")
        return counts


def choices(path: str) -> list[Choice]:
    """Return the chosen rows of a sweep.csv (step, parameter, value, balanced_accuracy, chosen)."""
    tried = _records(path, "step", "parameter", "value", "chosen")
    rejected = {(row["step"], row["parameter"]) for row in tried if row["chosen"] != "True"}
    return [
        Choice(row["step"], row["parameter"], _short(row["value"]), (row["step"], row["parameter"]) not in rejected)
        for row in tried
        if row["chosen"] == "True"
    ]


def history(path: str) -> dict[str, list[float | None]]:
    """Return the columns of a history.csv that hold any number, without progress; an empty entry is None."""
    header, *body = rows(path) or [[]]
    columns = {name: [files.number(row[index]) for row in body] for index, name in enumerate(header)}
    columns.pop("progress", None)  # repeats the epoch on another scale
    return {name: values for name, values in columns.items() if any(value is not None for value in values)}


def per_class(path: str) -> list[dict[str, Any]]:
    """Return the rows of a per_class.csv."""
    classes = _records(path, "class_name", "group", *COUNTS, *RATES)
    with _usable(path):
        for row in classes:
            row.update({name: int(row[name]) for name in COUNTS} | {name: files.number(row[name]) for name in RATES})
    return classes


def test_conditions(path: str) -> list[dict[str, Any]]:
    """Return the rows of a test_conditions.csv: condition, level, and a number or None for each metric."""
    rows_of_levels = _records(path, "condition", "level", "balanced_accuracy")
    with _usable(path):
        return [
            {name: text if name == "condition" else files.number(text) for name, text in row.items()}
            | {"level": float(row["level"])}
            for row in rows_of_levels
        ]


def read_meta_record(path: str) -> dict[str, Any]:
    """Return the meta.json of a store."""
    record = content.read_record(path)
    with _usable(path):
        return file_shapes.meta(record)


def intact(paths: Mapping[Key, str], read: Callable[[str], T]) -> tuple[dict[Key, T], list[str]]:
    """Return what those files hold that exist and are as they were written, and what is wrong with the others.

    Args:
        paths: name -> file.
        read: returns what a file holds, and raises DamagedError.
    """
    values: dict[Key, T] = {}
    damaged = []
    for key, path in paths.items():
        try:
            if content.exists(path):
                values[key] = read(path)
        except DamagedError as error:
            damaged.append(str(error))
    return values, damaged


def is_intact(path: str) -> bool:
    """Return whether a file exists and is as it was written; if only the latter fails, the log says so."""
    try:
        content.check(path)
    except DamagedError as error:
        log.warning("not shown: %s", error)
        return False
    return Path(path).is_file()


def _records(path: str, *columns: str) -> list[dict[str, Any]]:
    """Return the rows of a CSV file as mappings from column to text; it has these columns."""
    header, *body = rows(path) or [list(columns)]
    with _usable(path):
        if missing := [name for name in columns if name not in header]:
            raise ValueError(f"no column {missing[0]}")
    return [dict(zip(header, row, strict=True)) for row in body]


@contextlib.contextmanager
def _usable(path: str) -> Iterator[None]:
    """Raise DamagedError where a file cannot be read, or does not hold what is read from it (ValueError)."""
    try:
        yield
    except (InputError, ValueError, OSError, RecursionError, csv.Error) as error:
        raise DamagedError(path, f"cannot be used ({error})") from error


def _short(text: str) -> str:
    """Return a number without trailing zeros, ``1`` for ``1.0``; any other text as it is."""
    value = files.number(text)
    return text if value is None else f"{value:g}"
