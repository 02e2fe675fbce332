"""A metric against the imbalance ratio, one chart per data set."""

from ltsei.evaluation.metric_labels import metric
from ltsei.report.charts.axes import metric_title
from ltsei.report.charts.chart import Chart, Row, legend, row_sizes
from ltsei.report.charts.spread import mean_row
from ltsei.report.number_text import rounded
from ltsei.report.ranking import standings
from ltsei.report.scopes import Scope

ROW = 24
MOST_LINES = 7
"""Methods whose lines can be followed in one chart; more have a panel each."""


def against_ratio(scope: Scope, name: str) -> dict[str, Chart]:
    """Return data set -> means and standard deviations over seeds at each ratio: lines or panels, or dots.

    Methods are in the order of their places.
    """
    datasets = dict.fromkeys(dataset for dataset, _ in scope.conditions)
    charts = {dataset: _chart(scope, name, dataset) for dataset in datasets}
    return {dataset: chart for dataset, chart in charts.items() if chart}


def _chart(scope: Scope, name: str, dataset: str) -> Chart | None:
    rows = _rows(scope, name, dataset)
    if not rows:
        return None
    ticks = sorted({row["ratio"] for row in rows})
    labels = {row["method"] for row in rows}
    methods = [each.method for each in standings(scope, name) if each.method.label in labels]
    kind = "ratio_dots" if len(ticks) == 1 else "ratio_lines" if len(methods) <= MOST_LINES else "ratio_panels"
    means = [{"other": row["method"], "ratio": row["ratio"], "mean": row["mean"]} for row in rows if not row["natural"]]
    return Chart(
        kind,
        {"rows": rows, **({"means": means} if kind == "ratio_panels" else {})},
        {
            "title": scope.results.title_of(dataset),
            "ticks": ticks,
            "metric": metric_title(metric(name)),
            "short": metric(name).short or metric(name).label,
            **row_sizes(ROW, len(methods)),
            **legend(methods),
        },
    )


def _rows(scope: Scope, name: str, dataset: str) -> list[Row]:
    """Return a row for each method with a value under a condition whose ratio is known."""
    ratios = {each: scope.results.ratio(each) for each in scope.conditions if each[0] == dataset}
    return [
        {
            **mean_row(method, summary, metric(name).unit),
            "color": method.color,
            "ratio": rounded(ratio),
            "natural": condition[1] == "natural",
        }
        for condition, ratio in ratios.items()
        for method in scope.methods
        if ratio is not None and (summary := scope.summary(name, condition, method.name)).n
    ]
