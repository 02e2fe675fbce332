"""Cells of CSV files that a spreadsheet would run as formulas: marked when they are written, restored when read."""

import math
import re
from typing import Any

FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How texts begin that a spreadsheet runs, and those that already open with the mark."""
MARK = "'"
"""Before a cell, it makes a spreadsheet show the rest as text."""


def inert(value: Any) -> Any:
    """Return a cell that no spreadsheet runs: a text that would be a formula behind `MARK`, anything else unchanged."""
    return MARK + value if isinstance(value, str) and FORMULA.match(value) and not _is_number(value) else value


def restored(cell: str) -> str:
    """Return the text that `inert` was given."""
    return cell[1:] if cell.startswith(MARK) and FORMULA.match(cell) else cell


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and text == text.strip()
    except ValueError:
        return False
