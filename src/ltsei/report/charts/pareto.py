"""A metric against what a cell costs, with the Pareto front."""

from collections.abc import Callable, Iterable, Mapping

from ltsei.evaluation.metric_labels import metric
from ltsei.report import wall_time
from ltsei.report.cell_result import CellResult
from ltsei.report.charts.axes import axis_title
from ltsei.report.charts.chart import Chart
from ltsei.report.charts.points import point_rows
from ltsei.report.ranking import front
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

    The front holds the methods that no other beats at the same or a lower cost; it is empty for a metric without a
    better direction. If there are too many methods to name them all, only those on the front are named.
    """
    title, cost_of = COSTS[cost]
    shown_as = metric(name)
    rows = point_rows(
        scope.methods,
        x=(lambda method: cost_of(scope.cells, method) or None, "number"),  # a logarithmic axis has no zero
        y=(lambda method: scope.mean(name, method), shown_as.unit),
    )
    turn = -1 if shown_as.better == "low" else 1
    on_front = front([(row["x"], turn * row["y"]) for row in rows]) if shown_as.better else [False] * len(rows)
    all_named = len(rows) <= LABELLED_POINTS
    points = [{**row, "front": best, "named": all_named or best} for row, best in zip(rows, on_front, strict=True)]
    return (
        Chart("pareto", {"rows": points}, {"metric": axis_title(shown_as, scope, name), "cost": title})
        if rows
        else None
    )
