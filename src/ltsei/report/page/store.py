"""Charts and tables as the page holds them: by column, each distinct column and chart once."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ltsei.report.charts.chart import Chart, Row

Columns = dict[str, int]
"""Name of a column -> its position in `Store.columns`."""
DICTIONARY = 2
"""A column of texts that each occur this often, on average, lists them once."""


class Store:
    """What the parts of a page share; `assets/store.js` reads it.

    Attributes:
        columns: a list of values, or texts as {"texts": distinct ones, "at": positions among these}.
        charts: {"specification", "tables": blank -> `Columns`, "blanks"}.
        values: kind of value -> distinct values.
    """

    def __init__(self) -> None:
        self.columns: list[Any] = []
        self.charts: list[dict[str, Any]] = []
        self.values: dict[str, list[Any]] = {}
        self._positions: dict[str, dict[str, int]] = {}

    def chart(self, chart: Chart | None) -> int | None:
        """Return the position of a chart in `charts`; None for no chart."""
        if chart is None:
            return None
        tables = {blank: self.table(rows) for blank, rows in chart.tables.items()}
        return self._position(
            "charts",
            self.charts,
            {"specification": chart.specification, "tables": tables, "blanks": dict(chart.blanks)},
        )

    def table(self, rows: Sequence[Row]) -> Columns:
        """Return the columns of rows with the same keys; no columns for no rows."""
        names = list(rows[0]) if rows else []
        return {name: self.column([row[name] for row in rows]) for name in names}

    def column(self, values: Sequence[Any]) -> int:
        """Return the position of a column in `columns`."""
        return self._position("columns", self.columns, _compact(values))

    def value(self, kind: str, value: Any) -> int | None:
        """Return the position of `value` among the distinct values of a kind; None for an empty one."""
        return self._position(kind, self.values.setdefault(kind, []), value) if value else None

    def _position(self, kind: str, stored: list[Any], value: Any) -> int:
        positions, text = self._positions.setdefault(kind, {}), json.dumps(value, sort_keys=True)
        if text not in positions:
            positions[text] = len(stored)
            stored.append(value)
        return positions[text]


def _compact(values: Sequence[Any]) -> Sequence[Any] | Mapping[str, Any]:
    if not all(isinstance(value, str) for value in values):
        return values
    texts = list(dict.fromkeys(values))
    if len(values) < DICTIONARY * len(texts):
        return values
    positions = {text: position for position, text in enumerate(texts)}
    return {"texts": texts, "at": [positions[value] for value in values]}
