"""How sure a classifier is, and how often it is right: histograms, reliability diagram, precision–recall curves."""

from collections.abc import Mapping, Sequence
from typing import Any

from ltsei.data.groups import GROUPS
from ltsei.evaluation import diagnostics
from ltsei.report.charts.chart import Chart
from ltsei.report.number_text import rounded, shown
from ltsei.report.style import ALL_CLASSES_COLORS, GROUP_COLORS

Rows = Sequence[Mapping[str, Any]]


def confidence(histograms: Rows, correct: int, wrong: int) -> Chart:
    """Return the histograms of `diagnostics.confidences` with the numbers of correct and wrong predictions."""
    parts = {"correct": f"correct ({correct})", "wrong": f"wrong ({wrong})"}
    rows = [{**_rounded(row), "part": parts[row["part"]]} for row in histograms]
    return Chart("confidence", {"rows": rows}, {"parts": list(parts.values())})


def calibration(bins: Rows, ece: float | None) -> Chart:
    """Return the reliability diagram of the bins of `diagnostics.calibration`, each with its number of signals.

    Results of earlier versions have no such numbers.
    """
    rows = [
        {
            **{name: rounded(row[name]) for name in ("low", "high", "confidence", "accuracy")},
            "middle": rounded((row["low"] + row["high"]) / 2),
            "signals": str(row.get("count", "")),
        }
        for row in bins
    ]
    counted = "; numbers: signals" if any(row["signals"] for row in rows) else ""
    return Chart("calibration", {"rows": rows}, {"title": f"ECE {shown(ece, 'fraction')} %{counted}"})


def precision_recall(curves: Rows) -> Chart | None:
    """Return the mean precision–recall curves of `diagnostics.precision_recall`; None where no class has one."""
    colors = {**GROUP_COLORS, diagnostics.ALL: ALL_CLASSES_COLORS["line"]}
    groups = [group for group in (*GROUPS, diagnostics.ALL) if any(row["group"] == group for row in curves)]
    blanks = {
        "shown": groups,
        "colors": [colors[group] for group in groups],
        "dashes": [[4, 3] if group == diagnostics.ALL else [1, 0] for group in groups],
    }
    return Chart("precision_recall", {"rows": [_rounded(row) for row in curves]}, blanks) if groups else None


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, str) else rounded(value) for name, value in row.items()}
