"""Balanced accuracy against the level of a disturbance, and accuracy against the test prior."""

import math
from collections.abc import Sequence
from typing import Any

from ltsei.evaluation.metric_labels import metric, prior_metric
from ltsei.report import condition_curves
from ltsei.report.charts.axes import metric_title
from ltsei.report.charts.chart import Chart, Row, legend
from ltsei.report.charts.spread import mean_row
from ltsei.report.condition_text import condition_title
from ltsei.report.methods import Method
from ltsei.report.number_text import rounded
from ltsei.report.ranking import standings
from ltsei.report.scopes import Scope

METRIC = "balanced_accuracy"
AXES = {
    "snr_db": "Added white noise: SNR in dB (none: undisturbed)",
    "carrier_offset_hz": "Carrier frequency offset in Hz",
    "carrier_offset_cycles_per_sample": "Carrier frequency offset in cycles per sample",
    "multipath_decay_samples": "Multipath: decay of the echoes in samples",
    "sample_rate_error_ppm": "Error of the sample clock in ppm",
}
"""Condition -> title of its axis."""
EVEN = {"type": "point", "padding": 0.4}
"""Scale of levels that stand beside each other at equal distances."""


def against_level(scope: Scope) -> list[Chart]:
    """Return a chart for each test condition of a scope with one data set and one ratio."""
    return [_against_level(scope, condition) for condition in condition_curves.test_conditions(scope)]


def against_prior(scope: Scope) -> Chart | None:
    """Return the accuracy under each test prior, for a scope with one data set and one ratio; None without priors."""
    priors = condition_curves.test_priors(scope)
    shown = [
        (method, prior, summary)
        for method in scope.methods
        for prior in priors
        if (summary := scope.summary(prior_metric(prior), scope.conditions[0], method.name)).n
    ]
    rows = [
        {**mean_row(method, summary, "fraction"), "color": method.color, "level": prior, "shown": prior}
        for method, prior, summary in shown
    ]
    axis = {"axis": "Test prior", "kind": "ordinal", "scale": EVEN, "metric": "Accuracy, %"}
    return _chart(scope, rows, axis) if rows else None


def _against_level(scope: Scope, condition: str) -> Chart:
    points = list(condition_curves.points(scope, condition, METRIC))
    even = any(math.isinf(point.level) for point in points)
    rows = [
        {
            **mean_row(point.method, point.summary, metric(METRIC).unit),
            "color": point.method.color,
            "level": _text(point.level) if even else rounded(point.level),
            "shown": _text(point.level),
        }
        for point in points
    ]
    scale: dict[str, Any] = EVEN if even else {"zero": False, "nice": False, "padding": 12}
    kind = "ordinal" if even else "quantitative"
    return _chart(
        scope, rows, {"axis": AXES[condition], "kind": kind, "scale": scale, "metric": metric_title(metric(METRIC))}
    )


def _chart(scope: Scope, rows: Sequence[Row], axis: dict[str, Any]) -> Chart:
    """Return the chart of some rows; the methods of its legend are in the order of their places."""
    labels = {row["method"] for row in rows}
    methods: list[Method] = [each.method for each in standings(scope, METRIC) if each.method.label in labels]
    title = condition_title(scope.results, scope.conditions[0])
    return Chart("level_lines", {"rows": rows}, {"title": title, **axis, **legend(methods)})


def _text(level: float) -> str:
    return "none" if math.isinf(level) else f"{level:g}"
