"""The prediction for every test signal of a cell, and the errors of which it is most sure."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.core import files
from ltsei.core.errors import InputError
from ltsei.evaluation.predictions import Predictions
from ltsei.report.result_files import is_intact

COLUMNS = ("signal", "true_class", "predicted_class", "probability", "probability_of_true_class", "correct")
Row = dict[str, Any]

log = logging.getLogger(__name__)


def read(logits_test: str, labels_test: str) -> Predictions | None:
    """Return the predictions on the test part; None where a file is missing or damaged."""
    if not (is_intact(logits_test) and is_intact(labels_test)):
        return None
    try:
        with Path(logits_test).open("rb") as of_logits, Path(labels_test).open("rb") as of_labels:
            predictions = Predictions(*(np.load(file, allow_pickle=False) for file in (of_logits, of_labels)))
        _ = predictions.confusion  # refuses what is not finite
    except (InputError, OSError, EOFError, ValueError, TypeError, IndexError) as error:
        log.warning("not shown: %s: %s", logits_test, error)
        return None
    return predictions


def rows(predictions: Predictions, class_names: Sequence[str]) -> list[Row]:
    """Return a row of `COLUMNS` for each test signal, in the order of the test part; signals count from 0."""
    signals = np.arange(len(predictions.labels))
    predicted, true = predictions.logits.argmax(axis=1), predictions.labels
    columns = (
        signals.tolist(),
        [class_names[label] for label in true.tolist()],
        [class_names[label] for label in predicted.tolist()],
        predictions.probabilities[signals, predicted].tolist(),
        predictions.probabilities[signals, true].tolist(),
        ["yes" if correct else "no" for correct in predictions.correct.tolist()],
    )
    return [dict(zip(COLUMNS, values, strict=True)) for values in zip(*columns, strict=True)]


def confident_errors(predictions: Predictions, class_names: Sequence[str], most: int) -> list[Row]:
    """Return the rows of the wrong predictions with the highest probability, that one first; at most this many."""
    wrong = [row for row in rows(predictions, class_names) if row["correct"] == "no"]
    return sorted(wrong, key=lambda row: -row["probability"])[:most]


def write(path: str, predictions: Predictions, class_names: Sequence[str]) -> None:
    """Write the rows of all test signals."""
    files.write_csv(path, COLUMNS, rows(predictions, class_names))
