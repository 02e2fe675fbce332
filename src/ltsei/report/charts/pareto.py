"""A metric against what a cell costs, with the Pareto front."""

from collections.abc import Callable, Iterable, Mapping

from ltsei.evaluation.metric_labels import metric
from ltsei.report import wall_time
from ltsei.report.cell_result import CellResult
from ltsei.report.charts.axes import axis_title
from ltsei.report.charts.chart import Chart
from ltsei.report.charts.points import point_rows
from ltsei.report.ranking import clear_front, front
from ltsei.report.scopes import Scope
from ltsei.report.style import LABELLED_POINTS

Cost = Callable[[Iterable[CellResult], str], float | None]
COSTS: Mapping[str, tuple[str, Cost]] = {
    "seconds": ("Seconds per cell, shared stages included (logarithmic)", wall_time.mean_seconds),
    "parameters": ("Parameters (logarithmic)", wall_time.mean_parameters),
}
"""Name -> title of the axis, and the cost of a method over cells."""


def pareto(scope: Scope, name: str, cost: str) -> Chart | None:
    """Return the mean of a metric over conditions against the mean cost of a cell.

    A line joins the methods of `clear_front`; there is none for a metric without a better direction. If there are too
    many methods to name them all, only those that no other beats at the same or a lower cost are named.
    """
    title, cost_of = COSTS[cost]
    shown_as = metric(name)
    costs = {m.name: cost_of(scope.cells, m.name) or None for m in scope.methods}  # a logarithmic axis has no zero
    means = {m.name: scope.mean(name, m.name) for m in scope.methods}
    rows = point_rows(scope.methods, x=(costs.get, "number"), y=(means.get, shown_as.unit))
    if not rows:
        return None
    turn = -1 if shown_as.better == "low" else 1
    points = {m: (c, turn * mean) for m, mean in means.items() if mean is not None and (c := costs[m]) is not None}
    ranked = {
        method: point for method, point in points.items() if shown_as.better and method not in scope.oracle_methods
    }
    on_front = {method for method, best in zip(ranked, front(list(ranked.values())), strict=True) if best}
    joined = clear_front(scope, name, ranked)
    all_named = len(rows) <= LABELLED_POINTS
    marked = [
        {**row, "front": method in joined, "named": all_named or method in on_front}
        for method, row in zip(points, rows, strict=True)
    ]
    ends = {f"{axis}_ends": [min(row[axis] for row in rows), max(row[axis] for row in rows)] for axis in "xy"}
    labels = [row["label"] for row in rows]
    blanks = {"metric": axis_title(shown_as, scope, name), "cost": title, "methods": labels, **ends}
    return Chart("pareto", {"rows": marked}, blanks)
