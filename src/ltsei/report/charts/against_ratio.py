"""A metric against the imbalance ratio, one chart per data set."""

from ltsei.evaluation.metric_labels import metric
from ltsei.report.charts.axes import metric_title
from ltsei.report.charts.chart import Chart, Row
from ltsei.report.charts.spread import mean_row
from ltsei.report.number_text import rounded
from ltsei.report.scopes import Scope

ROW = 24


def against_ratio(scope: Scope, name: str) -> dict[str, Chart]:
    """Return data set -> means and standard deviations over seeds at each ratio, as lines; as dots for a single one."""
    datasets = dict.fromkeys(dataset for dataset, _ in scope.conditions)
    charts = {dataset: _chart(scope, name, dataset) for dataset in datasets}
    return {dataset: chart for dataset, chart in charts.items() if chart}


def _chart(scope: Scope, name: str, dataset: str) -> Chart | None:
    rows = _rows(scope, name, dataset)
    if not rows:
        return None
    ticks = sorted({row["ratio"] for row in rows})
    labels = {row["method"] for row in rows}
    methods = [method for method in scope.methods if method.label in labels]
    return Chart(
        "ratio_lines" if len(ticks) > 1 else "ratio_dots",
        {"rows": rows},
        {
            "title": dataset,
            "ticks": ticks,
            "metric": metric_title(metric(name)),
            "height": ROW * len(methods),
            "labels": [method.label for method in methods],
            "colors": [method.color for method in methods],
            "dashes": [list(method.dash) for method in methods],
            "shapes": [method.shape for method in methods],
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
