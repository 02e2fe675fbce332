"""A metric by method and condition, as coloured squares."""

from typing import Any

from ltsei.evaluation.metric_labels import metric
from ltsei.report.charts.axes import metric_title
from ltsei.report.charts.chart import Chart
from ltsei.report.number_text import scaled, shown
from ltsei.report.scopes import Scope, condition_names
from ltsei.report.style import ROW


def heat_map(scope: Scope, name: str) -> Chart | None:
    """Return the means over seeds of a metric; a missing cell has no square, an undefined value a dash."""
    shown_as, names = metric(name), condition_names(scope.conditions)
    rows = _rows(scope, name)
    values = [row["value"] for row in rows if row["value"] is not None]
    if not values:
        return None
    low, high = min(values), max(values)
    reverse = shown_as.better == "low"
    for row in rows:
        row["dark"] = row["value"] is not None and (row["value"] > (low + high) / 2) != reverse
    return Chart(
        "heat_map",
        {"rows": rows},
        {
            "methods": [method.label for method in scope.methods],
            "conditions": list(names.values()),
            "metric": metric_title(shown_as),
            "extent": [low, high],
            "reversed": reverse,
            "height": ROW * len(scope.methods),
        },
    )


def _rows(scope: Scope, name: str) -> list[dict[str, Any]]:
    unit, names = metric(name).unit, condition_names(scope.conditions)
    return [
        {
            "method": method.label,
            "condition": names[condition],
            "value": scaled(summary.mean, unit),
            "text": shown(summary.mean, unit),
            "n": summary.n,
        }
        for condition in scope.conditions
        for method in scope.methods
        if scope.has_results(condition, method.name)
        for summary in [scope.summary(name, condition, method.name)]
    ]
