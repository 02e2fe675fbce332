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


def _chart(history: History, names: Sequence[str], panel: str, stage: str) -> Chart:
    factor = 100 if panel == ACCURACY else 1
    rows: list[dict[str, Any]] = [
        {"series": name.replace("_", " "), "epoch": epoch, "value": rounded(factor * value)}
        for name in names
        for epoch, value in zip(history["epoch"], history[name], strict=True)
        if epoch is not None and value is not None
    ]
    legend = {"orient": "bottom", "offset": 4, "columns": 2} if len(names) > 1 else None
    ticks = whole_ticks([row["epoch"] for row in rows])
    return Chart("curves", {"rows": rows}, {"title": f"{stage}: {panel}", "ticks": ticks, "legend": legend})
