"""The charts of one cell on the page."""

from typing import Any

import numpy as np

from ltsei.pipeline.rule_table import rule_label
from ltsei.report import result_files
from ltsei.report.cell_result import CellResult
from ltsei.report.charts import classes, confidence, confusion
from ltsei.report.charts.curves import curves, thinned
from ltsei.report.charts.feature_map import colored_by_class, feature_map
from ltsei.report.number_text import rounded
from ltsei.report.page.context import PageContext
from ltsei.report.page.sentences import absent_classes
from ltsei.report.page.store import Columns

THOUSANDTHS = 1000
"""Of a map.json, to a map between -1 and 1."""
Json = dict[str, Any]


def cell_charts(page: PageContext, result: CellResult) -> Json:
    """Return the charts of a finished cell as positions in the store, None where a file is missing."""
    return {
        "curves": [chart for history in result.files.histories for chart in _curves(page, *history)],
        **_class_charts(page, result),
        **_confidence_charts(page, result),
        **_map(page, result),
    }


def _curves(page: PageContext, rule: str, path: str) -> list[int | None]:
    if (rule, path) not in page.curves:
        charts = curves(thinned(result_files.or_nothing(result_files.history, path, {})), rule_label(rule))
        page.curves[rule, path] = [page.store.chart(chart) for chart in charts.values()]
    return page.curves[rule, path]


def _class_charts(page: PageContext, result: CellResult) -> Json:
    rows, counts = result.per_class, result.confusion
    has_matrix = bool(rows and counts)
    return {
        "confusion": page.store.chart(confusion.confusion(rows, counts)) if has_matrix else None,
        "top_confusions": (
            page.store.chart(confusion.top_confusions(rows, counts, confusion.TOP)) if has_matrix else None
        ),
        "recalls": page.store.chart(classes.against_count(rows, "recall", "Recall (%)")),
        "classes": _class_table(page, result),
        "absent": absent_classes([row["recall"] for row in rows]),
    }


def _class_table(page: PageContext, result: CellResult) -> Columns:
    rows = [
        {
            "name": row["class_name"],
            "group": row["group"],
            "train_count": row["train_count"],
            "test_count": row["test_count"],
            "recall": rounded(row["recall"]),
        }
        for row in result.per_class
    ]
    return page.store.table(rows)


def _confidence_charts(page: PageContext, result: CellResult) -> Json:
    histograms, bins = (result.diagnostics.get(name) for name in ("confidence", "calibration"))
    if not histograms or not bins or not result.confusion:
        return {"confidence": None, "calibration": None}
    counts = np.array(result.confusion)
    correct, total = int(np.trace(counts)), int(counts.sum())
    return {
        "confidence": page.store.chart(confidence.confidence(histograms, correct, total - correct)),
        "calibration": page.store.chart(confidence.calibration(bins, result.value("ece"))),
    }


def _map(page: PageContext, result: CellResult) -> Json:
    """Return the map of the backbone's features, and a sentence about it."""
    if not result.map or max(result.map["labels"], default=0) >= len(result.per_class):
        return {"map": None, "map_hint": ""}
    places, labels = np.array([result.map["x"], result.map["y"]]).T / THOUSANDTHS, np.array(result.map["labels"])
    by = "class" if colored_by_class(result.per_class) else "the number of training signals of their class"
    hint = (
        f"t-SNE of the features of {len(labels)} test signals under this cell's backbone, coloured by {by}. Distances "
        "between separate groups of points mean nothing."
    )
    return {"map": page.store.chart(feature_map(places, labels, result.per_class)), "map_hint": hint}
