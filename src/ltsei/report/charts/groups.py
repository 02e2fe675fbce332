"""Many-, medium- and few-shot accuracy: of every method under a condition, and the trade-off between the two ends."""

import math
from functools import partial

from ltsei.data.groups import GROUPS
from ltsei.evaluation.metric_labels import metric
from ltsei.report.cell_result import Condition
from ltsei.report.charts.axes import axis_title
from ltsei.report.charts.chart import Chart, row_sizes
from ltsei.report.charts.points import point_rows
from ltsei.report.charts.spread import mean_row
from ltsei.report.condition_text import condition_title
from ltsei.report.methods import Method
from ltsei.report.ranking import front
from ltsei.report.scopes import Scope
from ltsei.report.style import LABELLED_POINTS

BAR = 12
SORTED_BY = "balanced_accuracy"
TRADE_OFF = ("many_accuracy", "few_accuracy")


def groups(scope: Scope, condition: Condition) -> Chart | None:
    """Return the accuracy of each group, means and standard deviations over seeds, as bars under one condition.

    A group without classes is undefined; a method without any value is left out.
    """
    summaries = {
        method: [scope.summary(f"{group}_accuracy", condition, method.name) for group in GROUPS]
        for method in _ordered(scope, condition)
    }
    rows = [
        {**mean_row(method, summary, "fraction"), "group": group}
        for method, of_groups in summaries.items()
        if any(summary.n for summary in of_groups)
        for group, summary in zip(GROUPS, of_groups, strict=True)
    ]
    methods = list(dict.fromkeys(row["method"] for row in rows))
    blanks = {
        "title": condition_title(scope.results, condition),
        "methods": methods,
        **row_sizes(BAR * len(GROUPS), len(methods)),
    }
    return Chart("groups", {"rows": rows}, blanks) if rows else None


def _ordered(scope: Scope, condition: Condition) -> list[Method]:
    """Return the methods from the best to the worst by balanced accuracy under a condition, undefined ones last."""
    means = {method.name: scope.summary(SORTED_BY, condition, method.name).mean for method in scope.methods}
    worst = -math.inf
    return sorted(scope.methods, key=lambda m: worst if (mean := means[m.name]) is None else mean, reverse=True)


def trade_off(scope: Scope) -> Chart | None:
    """Return the few-shot against the many-shot accuracy of each method, means over the conditions that define both.

    If there are too many methods to name them all, only those that no other beats in both are named.
    """
    conditions = scope.conditions_of(*TRADE_OFF)
    many, few = (partial(scope.mean, name, conditions=conditions) for name in TRADE_OFF)
    rows = point_rows(scope.methods, x=(many, "fraction"), y=(few, "fraction"))
    oracles = {method.label for method in scope.methods if method.is_oracle}
    ranked = [row for row in rows if row["label"] not in oracles]
    on_front = front([(-row["x"], row["y"]) for row in ranked])
    best = {row["label"] for row, is_best in zip(ranked, on_front, strict=True) if is_best}
    named = [{**row, "named": len(rows) <= LABELLED_POINTS or row["label"] in best} for row in rows]
    titles = {axis: axis_title(metric(name), scope, *TRADE_OFF) for axis, name in zip("xy", TRADE_OFF, strict=True)}
    blanks = {**titles, "methods": [row["label"] for row in rows]}
    return Chart("trade_off", {"rows": named}, blanks) if rows else None
