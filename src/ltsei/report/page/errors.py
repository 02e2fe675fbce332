"""The errors of single cells on the page: the most confident ones, as many as all chosen cells have room for."""

from pathlib import Path
from typing import Any

from ltsei.report import signal_predictions
from ltsei.report.cell_result import CellResult
from ltsei.report.number_text import rounded
from ltsei.report.page.context import PageContext

OF_ONE_CELL, OF_ALL_CELLS, AT_LEAST = 200, 10_000, 10
"""Rows on the page: of a cell, of all cells together, of a cell however many there are."""


def errors(page: PageContext, result: CellResult) -> dict[str, Any] | None:
    """Return the most confident errors of a cell; None unless it is a chosen cell and its files are intact."""
    predictions = (
        signal_predictions.read(result.files.logits_test, result.files.labels_test) if result.per_class else None
    )
    if predictions is None:
        return None
    chosen = sum(bool(cell.files.logits_test) for cell in page.results.cells)
    most = min(OF_ONE_CELL, max(AT_LEAST, OF_ALL_CELLS // chosen))
    names = [row["class_name"] for row in result.per_class]
    rows = [
        {
            "signal": row["signal"],
            "true": row["true_class"],
            "predicted": row["predicted_class"],
            "probability": rounded(row["probability"]),
            "true_probability": rounded(row["probability_of_true_class"]),
        }
        for row in signal_predictions.confident_errors(predictions, names, most)
    ]
    wrong, total = int((~predictions.correct).sum()), len(predictions.labels)
    return {"rows": page.store.table(rows), "text": _text(len(rows), wrong, total, Path(result.files.predictions).name)}


def _text(shown: int, wrong: int, total: int, name: str) -> str:
    """Return how many errors there are, how many are shown, and which file has all predictions."""
    if not wrong:
        return f"All {total} test signals were assigned to their true classes. All predictions are in {name}."
    which = f"All {wrong} errors" if shown == wrong else f"The {shown} most confident of {wrong} errors"
    return (
        f"{which} on {total} test signals. Signal: its position in the test part, from 0. All predictions are in "
        f"{name}, which is written with the figures of this cell."
    )
