"""The predictions for single test signals: as a file, and the most confident errors."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from unit.report._matrix import HOSTILE, data_of, table_of

from ltsei.core import files
from ltsei.evaluation.predictions import Predictions
from ltsei.report import signal_predictions
from ltsei.report.page import errors

NAMES = [HOSTILE, "b", "=c"]
LOGITS = np.log([[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.1, 0.8, 0.1], [0.05, 0.05, 0.9]])
LABELS = np.array([0, 1, 2, 1])
PREDICTIONS = Predictions(LOGITS, LABELS)


def test_each_test_signal_has_its_classes_and_probabilities():
    rows = signal_predictions.rows(PREDICTIONS, NAMES)
    assert [row["signal"] for row in rows] == [0, 1, 2, 3]
    assert [(row["true_class"], row["predicted_class"], row["correct"]) for row in rows] == [
        (HOSTILE, HOSTILE, "yes"),
        ("b", HOSTILE, "no"),
        ("=c", "b", "no"),
        ("b", "=c", "no"),
    ]
    assert [row["probability"] for row in rows] == pytest.approx([0.7, 0.6, 0.8, 0.9])
    assert [row["probability_of_true_class"] for row in rows] == pytest.approx([0.7, 0.3, 0.1, 0.05])


def test_the_most_confident_errors_come_first():
    assert [row["signal"] for row in signal_predictions.confident_errors(PREDICTIONS, NAMES, 2)] == [3, 2]
    assert len(signal_predictions.confident_errors(PREDICTIONS, NAMES, 10)) == 3


def test_the_file_has_every_signal_and_no_formula(tmp_path):
    signal_predictions.write(str(tmp_path / "predictions.csv"), PREDICTIONS, NAMES)
    with (tmp_path / "predictions.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["signal"] for row in rows] == ["0", "1", "2", "3"]
    assert [row["true_class"] for row in rows] == [HOSTILE, "b", "'=c", "b"]


def stored(folder, labels=LABELS, logits=LOGITS):
    files.write_npy(folder / "logits_test.npy", logits)
    np.save(folder / "labels.npy", labels)
    return str(folder / "logits_test.npy"), str(folder / "labels.npy")


def test_predictions_are_read_from_logits_and_labels(tmp_path):
    assert signal_predictions.read(*stored(tmp_path)).confusion.tolist() == PREDICTIONS.confusion.tolist()


@pytest.mark.parametrize("damage", ["absent", "empty", "cut", "other", "shorter", "nan"])
def test_damaged_logits_or_labels_read_as_nothing(tmp_path, damage):
    logits, labels = stored(
        tmp_path,
        labels=LABELS[:2] if damage == "shorter" else LABELS,
        logits=LOGITS * np.nan if damage == "nan" else LOGITS,
    )
    path = tmp_path / "logits_test.npy"
    if damage == "absent":
        path.unlink()
    elif damage in {"empty", "cut"}:
        path.write_bytes(b"" if damage == "empty" else path.read_bytes()[:60])
    elif damage == "other":
        files.write_npy(path, LOGITS.astype(str))
    assert signal_predictions.read(logits, labels) is None


@pytest.fixture
def chosen(matrix):
    """The matrix with predictions for its first cell, which are random."""
    counts = [int(row["test_count"]) for row in matrix.contents().matrix_results.cells[0].per_class]
    labels = np.repeat(np.arange(6), counts)
    logits, path = stored(matrix.root, labels, np.random.default_rng(0).normal(0, 3, (len(labels), 6)))
    fields = {"logits_test": logits, "labels_test": path, "predictions": str(matrix.root / "predictions.csv")}
    return [replace(matrix.cells[0], **fields), *matrix.cells[1:]]


def test_the_page_has_the_most_confident_errors_of_a_chosen_cell(matrix, chosen, monkeypatch):
    monkeypatch.setattr(errors, "OF_ONE_CELL", 5)
    data = data_of(matrix.page(cells=chosen))
    shown = [cell["errors"] for cell in data["cells"]]
    rows = table_of(data, shown[0]["rows"])
    assert shown[1:] == [None] * 3
    assert len(rows) == 5
    assert [row["probability"] for row in rows] == sorted((row["probability"] for row in rows), reverse=True)
    assert all(row["true"] != row["predicted"] for row in rows)
    assert shown[0]["text"].startswith("The 5 most confident of ")
    assert "All predictions are in predictions.csv" in shown[0]["text"]


def test_the_page_grows_by_a_limited_number_of_errors_however_many_cells_are_chosen(matrix, chosen, monkeypatch):
    monkeypatch.setattr(errors, "OF_ALL_CELLS", 12)
    first = chosen[0]
    several = [
        type(cell)(**{**vars(cell), "logits_test": first.logits_test, "labels_test": first.labels_test})
        for cell in chosen
    ]
    monkeypatch.setattr(errors, "AT_LEAST", 2)
    data = data_of(matrix.page(cells=several))
    assert [len(table_of(data, cell["errors"]["rows"])) for cell in data["cells"]] == [3, 3, 3, 3]
