"""The classes of one cell, and charts of their scores."""

from collections.abc import Mapping, Sequence
from typing import Any

from ltsei.data.groups import GROUPS
from ltsei.evaluation import diagnostics
from ltsei.evaluation.metric_labels import metric
from ltsei.report.charts.chart import Chart
from ltsei.report.number_text import scaled, shown
from ltsei.report.style import ALL_CLASSES_COLORS, GROUP_COLORS

Classes = Sequence[Mapping[str, Any]]
"""The rows of a per_class.csv, one per label."""


def frequent_first(classes: Classes) -> list[int]:
    """Return the labels from the most to the least frequent in training."""
    return sorted(range(len(classes)), key=lambda label: -classes[label]["train_count"])


def recall_bars(classes: Classes) -> Chart:
    """Return the recall of each class as a bar, a dash where it is undefined."""
    rows = [
        {
            "name": classes[label]["class_name"],
            "group": classes[label]["group"],
            "value": scaled(classes[label]["recall"], "fraction"),
        }
        for label in frequent_first(classes)
    ]
    return Chart("recall_bars", {"rows": rows})


def against_count(classes: Classes, score: str, title: str) -> Chart | None:
    """Return a score of each class against its training signals; None where no class has one."""
    rows = [
        {
            "name": row["class_name"],
            "group": row["group"],
            "train_count": row["train_count"],
            "test_count": row["test_count"],
            "value": scaled(row[score], "fraction"),
        }
        for row in classes
        if row[score] is not None
    ]
    return Chart("against_count", {"rows": rows}, {"score": title}) if rows else None


def group_bars(metrics: Mapping[str, Any]) -> Chart:
    """Return the accuracy of each group, with its number of classes, and of all classes."""
    bars = [
        (group, metrics[f"{group}_accuracy"], metrics.get(f"{group}_classes"), color)
        for group, color in zip(GROUPS, GROUP_COLORS.values(), strict=True)
    ]
    bars.append((diagnostics.ALL, metrics["balanced_accuracy"], None, ALL_CLASSES_COLORS["bar"]))
    rows = [
        {
            "label": name if count is None else f"{name} ({count})",
            "value": scaled(value, "fraction"),
            "at": scaled(value, "fraction") or 0,
            "text": shown(value, metric("balanced_accuracy").unit),
            "color": color,
        }
        for name, value, count, color in bars
    ]
    return Chart("group_bars", {"rows": rows})
