"""A metric by method and condition, coloured by the difference from the control."""

from collections.abc import Mapping
from typing import Any

from ltsei.evaluation.metric_labels import metric
from ltsei.report.cell_result import Condition
from ltsei.report.charts.axes import difference_title, metric_title
from ltsei.report.charts.chart import Chart, row_sizes
from ltsei.report.condition_text import condition_names
from ltsei.report.number_text import Unit, scaled, shown
from ltsei.report.ranking import standings
from ltsei.report.scopes import Scope
from ltsei.report.style import ROW

SMALLEST_SPAN: Mapping[Unit, float] = {"fraction": 5, "number": 0.1, "count": 1}
"""Difference, as an axis shows it, that has the full colour unless there is a larger one: noise stays pale."""
STRONG = 0.6
"""Part of the span from which a square is so strongly coloured that its text changes colour."""


def heat_map(scope: Scope, name: str) -> Chart | None:
    """Return the means over seeds of a metric, the best method first.

    A missing cell has no square, an undefined value a dash. The colour of a square is the difference from the control
    under the same condition, the same distance to either side of 0; without a control there is none.
    """
    shown_as = metric(name)
    rows = _rows(scope, name)
    if all(row["value"] is None for row in rows):
        return None
    differences = [abs(row["delta"]) for row in rows if row["delta"] is not None]
    span = max([SMALLEST_SPAN[shown_as.unit], *differences])
    for row in rows:
        row["strong"] = row["delta"] is not None and abs(row["delta"]) >= STRONG * span
    control = next((method.label for method in scope.methods if method.name == scope.control), scope.control)
    methods = [standing.method.label for standing in standings(scope, name)]
    return Chart(
        "heat_map",
        {"rows": rows},
        {
            "methods": methods,
            "conditions": list(condition_names(scope.results, scope.conditions).values()),
            "metric": metric_title(shown_as),
            "difference": difference_title(shown_as, control)[1],
            "extent": [-span, 0, span],
            "reversed": shown_as.better == "low",
            **row_sizes(ROW, len(methods)),
        },
    )


def _rows(scope: Scope, name: str) -> list[dict[str, Any]]:
    unit, names = metric(name).unit, condition_names(scope.results, scope.conditions)
    return [
        {
            "method": method.label,
            "condition": names[condition],
            "value": scaled(summary.mean, unit),
            "text": shown(summary.mean, unit),
            "delta": scaled(delta, unit),
            "change": shown(delta, unit, sign=True),
            "n": summary.n,
        }
        for condition in scope.conditions
        for method in scope.methods
        if scope.has_results(condition, method.name)
        for summary in [scope.summary(name, condition, method.name)]
        for delta in [_difference(scope, name, condition, summary.mean)]
    ]


def _difference(scope: Scope, name: str, condition: Condition, mean: float | None) -> float | None:
    """Return the difference from the mean of the control; None without either, or if no direction is better."""
    control = scope.summary(name, condition, scope.control).mean
    return None if mean is None or control is None or metric(name).better is None else mean - control
