"""The confusion matrix of one cell, and the pairs of classes confused most often."""

from collections.abc import Sequence

from ltsei.evaluation import diagnostics
from ltsei.report.charts.chart import Chart
from ltsei.report.charts.classes import Classes, frequent_first
from ltsei.report.number_text import rounded

TOP = 10
"""Pairs of classes on the page."""
TEXTS = {
    "share": "datum.count > 0 ? format(100 * datum.share, '.0f') : ''",
    "counts": "datum.count > 0 ? format(datum.count, 'd') : ''",
    "nothing": "''",
}
"""What the squares can show -> the Vega expression for it."""
Counts = Sequence[Sequence[int]]
"""Confusion matrix [C][C], row = true class."""


def confusion(classes: Classes, counts: Counts) -> Chart:
    """Return the non-zero entries of the confusion matrix, classes from the most to the least frequent.

    The specification adds the zeros and divides by the signals of the true class.
    """
    names = [row["class_name"] for row in classes]
    order = frequent_first(classes)
    rows = [
        {"true": names[true], "predicted": names[predicted], "count": counts[true][predicted], "total": total}
        for true in order
        for total in [sum(counts[true])]
        for predicted in order
        if counts[true][predicted]
    ]
    return Chart("confusion", {"rows": rows}, {"classes": [names[label] for label in order]})


def top_confusions(classes: Classes, counts: Counts, k: int) -> Chart | None:
    """Return the `k` pairs of classes confused most often, by share of the true class; None without an error."""
    pairs = diagnostics.top_confusions(counts, [row["class_name"] for row in classes], k)
    rows = [{**row, "share": rounded(row["share"])} for row in pairs]
    return Chart("top_confusions", {"rows": rows}, {"height": 20 * len(rows)}) if rows else None
