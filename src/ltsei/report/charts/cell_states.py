"""The state of every cell."""

from collections.abc import Mapping

from ltsei.report.charts.chart import Chart, Row, row_sizes
from ltsei.report.condition_text import condition_names, condition_title
from ltsei.report.scopes import Scope
from ltsei.report.style import LABELLED_COLUMNS, STATE_COLORS, STATE_SIGNS

ROW = 16


def cell_states(scope: Scope) -> Chart:
    """Return a square per cell, a row per method, a column per condition and seed.

    `place` is the position of the cell in the results, by which a click finds it.
    """
    labels = {method.name: method.label for method in scope.methods}
    rows = _rows(scope, labels)
    columns = list(dict.fromkeys(row["column"] for row in rows))
    states = [name for name in STATE_COLORS if any(row["state"] == name for row in rows)]
    blanks = {
        "methods": list(labels.values()),
        "columns": columns,
        "states": states,
        "state_colors": [STATE_COLORS[name] for name in states],
        "named": len(columns) <= LABELLED_COLUMNS,
        **row_sizes(ROW, len(labels)),
    }
    return Chart("cell_states", {"rows": rows}, blanks)


def _rows(scope: Scope, labels: Mapping[str, str]) -> list[Row]:
    names = condition_names(scope.results, scope.conditions)
    places = {cell: place for place, cell in enumerate(scope.results.cells)}
    return [
        {
            "method": label,
            "column": f"{names[cell.condition]}, seed {seed}",
            "state": status,
            "sign": STATE_SIGNS.get(status, ""),
            "error": error or " ",
            "title": f"{label}, {condition_title(scope.results, cell.condition)}, seed {seed}",
            "place": places[cell],
        }
        for cell in scope.cells
        for label, seed, (status, _, error) in [(labels[cell.files.method], cell.files.seed, cell.status)]
    ]
