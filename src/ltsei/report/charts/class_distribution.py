"""Training signals per class."""

from collections.abc import Iterable

from ltsei.report.cell_result import Condition
from ltsei.report.charts.chart import Chart
from ltsei.report.condition_text import condition_title
from ltsei.report.matrix_results import MatrixResults
from ltsei.report.number_text import rounded

Class = tuple[str, int, str]
"""Name, training signals and group of a class."""


def class_distribution(results: MatrixResults, condition: Condition) -> Chart | None:
    """Return the training signals of each class under a condition; None without a split."""
    classes = results.training_classes.get(condition)
    if classes is None:
        return None
    subtitle = f"realised max/min {rounded(classes.imbalance_ratio)}, seed {classes.seed}"
    title = {"text": condition_title(results, condition), "subtitle": subtitle}
    return training_signals(zip(classes.names, classes.counts, classes.groups, strict=True), title)


def training_signals(classes: Iterable[Class], title: str | dict[str, str] = "") -> Chart:
    """Return the training signals of each class, the most frequent first."""
    order = sorted(classes, key=lambda each: -each[1])
    rows = [
        {"rank": rank, "name": name, "count": count, "group": group}
        for rank, (name, count, group) in enumerate(order, start=1)
    ]
    return Chart("class_distribution", {"rows": rows}, {"title": title})
