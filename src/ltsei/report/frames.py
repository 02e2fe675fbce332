"""Results as data frames, for notebooks: `ltsei.load("results")`."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ltsei.core import files
from ltsei.core.errors import InputError, unknown
from ltsei.data.meta import read_meta
from ltsei.data.store import read_test_labels
from ltsei.pipeline.deployment.trained_files import evaluation_record, logits_path, signals_of, stage_places
from ltsei.pipeline.rule_table import OPEN_SET, RULES
from ltsei.report import file_shapes, result_files, signal_predictions

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
What = Literal["metrics", "classes", "signals", "histories", "open_set"]
COORDINATES = ("dataset", "ir", "seed", "method")
CELLS = "**/ir*/seed*/*/metrics.json"


def load(results: str | Path = "results", what: What = "metrics") -> "pd.DataFrame":
    """Return the results of all finished cells below a folder, one observation per row.

    Every row begins with ``dataset``, ``ir``, ``seed`` and ``method``, and ends with ``folder``, that of the cell.
    Fractions are in [0, 1]; what is undefined is NaN.

    Args:
        results: a results folder, or one above several.
        what: ``metrics``: a row per cell, a column per metric; ``classes``: a row per cell and class, with counts,
            recall, precision and F1; ``signals``: a row per cell and test signal, with the predicted class and
            probabilities; ``histories``: a row per epoch of each training that a cell uses, with ``stage`` and
            ``trained_by``, the method whose training it is; ``open_set``: a row per cell and score of rejection, with
            the open-set metrics, of data sets with unknown classes.

    Raises:
        InputError: there is no such folder, no finished cell in it, or a result is damaged.
    """
    import pandas as pd

    if what not in ROWS:
        raise InputError(f"load: {unknown(what, ROWS, 'kind of rows')}")
    rows = [row for cell in finished_cells(results) for row in _rows(cell, ROWS[what])]
    if not rows:
        raise InputError(
            f"{results}: none of its cells has results on unknown classes; set `unknown_classes` to have some"
        )
    frame = pd.DataFrame(rows)
    ratios = pd.to_numeric(frame["ir"], errors="coerce")
    return frame.assign(ir=ratios) if ratios.notna().all() else frame


def finished_cells(results: str | Path) -> list[Path]:
    """Return the folders of all finished cells below a folder, in the order of their paths.

    Raises:
        InputError: there is no such folder, or no finished cell in it.
    """
    if not Path(results).is_dir():
        raise InputError(f"{results}: no such folder; name a folder of results, such as results/quick")
    cells = sorted(path.parent for path in Path(results).glob(CELLS))
    if not cells:
        raise InputError(f"{results}: no finished cell (DATASET/irRATIO/seedSEED/METHOD/metrics.json) below it")
    return cells


def _rows(cell: Path, of_kind: Callable[[Path, Mapping[str, Any]], Iterator[Row]]) -> Iterator[Row]:
    record = evaluation_record(cell)
    metrics = files.read_json(cell / "metrics.json")
    coordinates = {name: metrics.pop(name) for name in COORDINATES}
    for row in of_kind(cell, {**record, "metrics": metrics}):
        yield {**coordinates, **row, "folder": str(cell)}


def _metrics(cell: Path, record: Mapping[str, Any]) -> Iterator[Row]:
    yield dict(record["metrics"])


def _classes(cell: Path, record: Mapping[str, Any]) -> Iterator[Row]:
    for row in result_files.per_class(str(cell / "per_class.csv")):
        yield {**row, "label": int(row["label"])}


def _signals(cell: Path, record: Mapping[str, Any]) -> Iterator[Row]:
    """Yield what the report writes as predictions, with whether they are correct as True or False."""
    signals = signals_of(record, cell.resolve())
    path = logits_path(stage_places(cell.resolve(), record), "test")
    predictions = signal_predictions.read(str(path), str(signals.labels_test))
    if predictions is None:
        raise InputError(f"{path}: missing or damaged; `ltsei repair` says what to do")
    labels = read_test_labels(signals.labels_test, signals.meta)
    if not np.array_equal(labels, predictions.labels):
        raise InputError(f"{signals.labels_test}: not the labels of {path}; `ltsei verify` says what has changed")
    for row in signal_predictions.rows(predictions, read_meta(signals.meta).class_names):
        yield {**row, "correct": row["correct"] == "yes"}


def _histories(cell: Path, record: Mapping[str, Any]) -> Iterator[Row]:
    for place in dict.fromkeys(stage_places(cell.resolve(), record).values()):
        columns = result_files.history(str(place / "history.csv"))
        known = {"stage": place.name, "trained_by": place.parent.name}
        yield from ({**known, **dict(zip(columns, row, strict=True))} for row in zip(*columns.values(), strict=True))


def _open_set(cell: Path, record: Mapping[str, Any]) -> Iterator[Row]:
    rule = RULES[OPEN_SET]
    path = cell / rule.folder / rule.outputs["open_set"]
    scores = result_files.parsed(str(path), file_shapes.open_set, dict[str, Any]()).get("scores", {})
    yield from ({"score": score, **metrics} for score, metrics in scores.items())


ROWS: Mapping[str, Callable[[Path, Mapping[str, Any]], Iterator[Row]]] = {
    "metrics": _metrics,
    "classes": _classes,
    "signals": _signals,
    "histories": _histories,
    "open_set": _open_set,
}
"""What `load` can return -> the rows of a cell."""
