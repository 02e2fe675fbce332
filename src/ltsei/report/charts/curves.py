"""Learning curves: the columns of one history, losses together, accuracies together, every other column by itself."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ltsei.report.charts.axes import whole_ticks
from ltsei.report.charts.chart import Chart
from ltsei.report.number_text import rounded

LOSS, ACCURACY, LEARNING_RATE = "loss", "accuracy, %", "learning rate"
SHARED = {LOSS: re.compile("loss"), ACCURACY: re.compile("accuracy|recall|f1")}
"""Panel -> the columns that share it; a column that matches none has a panel of its own."""
DASHED = [[1, 0], [7, 3], [3, 3], [8, 2, 2, 2], [2, 2]]
"""Dashes of the curves in a panel, so that one under another shows through."""
FEW_EPOCHS = 10
"""Up to these, each has a point on the curve."""
EPOCHS = 200
"""Points of a curve on the page, where those of every history have to fit."""
History = Mapping[str, Sequence[float | None]]
"""Column -> a value per epoch, None where it was not measured; one column is ``epoch``."""


def curves(history: History, stage: str) -> dict[str, Chart]:
    """Return panel -> its curves against the epoch, in the order loss, accuracy, others."""
    panels: dict[str, list[str]] = {panel: [] for panel in SHARED}
    for name in history:
        if name != "epoch":
            panels.setdefault(_panel(name), []).append(name)
    return {panel: _chart(history, names, panel, stage) for panel, names in panels.items() if names}


def thinned(history: History) -> History:
    """Return a history with at most `EPOCHS` evenly spread epochs and the last one."""
    length = max(map(len, history.values()), default=0)
    if not length:
        return history
    epochs = sorted({*range(0, length, -(-length // EPOCHS)), length - 1})
    return {name: [values[epoch] for epoch in epochs] for name, values in history.items()}


def _panel(name: str) -> str:
    return next((panel for panel, pattern in SHARED.items() if pattern.search(name)), name.replace("_", " "))


def _labels(history: History, names: Sequence[str]) -> dict[str, str]:
    """Return the first of the columns with the same values -> the names of all of these."""
    same: dict[tuple[float | None, ...], list[str]] = {}
    for name in names:
        same.setdefault(tuple(map(rounded, history[name])), []).append(name)
    return {columns[0]: " = ".join(name.replace("_", " ") for name in columns) for columns in same.values()}


def _chart(history: History, names: Sequence[str], panel: str, stage: str) -> Chart:
    factor = 100 if panel == ACCURACY else 1
    labels = _labels(history, names)
    rows: list[dict[str, Any]] = [
        {"series": label, "epoch": epoch, "value": rounded(factor * value)}
        for name, label in labels.items()
        for epoch, value in zip(history["epoch"], history[name], strict=True)
        if epoch is not None and value is not None
    ]
    columns = 1 if len(labels) < len(names) else 2
    look = {"orient": "bottom", "offset": 4, "columns": columns, "labelLimit": 300, "symbolType": "stroke"}
    legend = look if len(names) > 1 else None
    points = {"size": 14} if len(history["epoch"]) <= FEW_EPOCHS else False
    ticks = whole_ticks([row["epoch"] for row in rows])
    blanks = {"title": f"{stage}: {panel}", "ticks": ticks, "legend": legend, "dashes": DASHED, "points": points}
    return Chart("curves", {"rows": rows}, blanks)
