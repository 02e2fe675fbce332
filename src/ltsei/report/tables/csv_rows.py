"""Rows of CSV files; an undefined value is an empty cell."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from ltsei.core import files
from ltsei.report.methods import MethodParts

Row = Mapping[str, Any]


def write_rows(path: str, rows: Iterable[Row], columns: Iterable[str] = ()) -> None:
    """Write rows under `columns` and the other columns that they have, in order of appearance."""
    listed = list(rows)
    names = list(dict.fromkeys([*columns, *(name for row in listed for name in row)]))
    files.write_csv(path, names, listed)


def parts_columns(parts: Mapping[str, MethodParts], method: str) -> dict[str, str]:
    """Return the parts of a method as columns, none where they are unknown."""
    return asdict(parts[method]) if method in parts else {}
