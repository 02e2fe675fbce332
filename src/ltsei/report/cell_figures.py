"""The figures of one cell as files, drawn from the same charts as the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.config.experiment import Figures
from ltsei.core import files
from ltsei.evaluation import diagnostics
from ltsei.evaluation.predictions import Predictions
from ltsei.numerics import seeds
from ltsei.pipeline.rule_table import rule_label
from ltsei.report import figure_files, result_files, signal_predictions
from ltsei.report.charts import classes, confidence, confusion, curves
from ltsei.report.charts.chart import Chart
from ltsei.report.charts.class_distribution import training_signals
from ltsei.report.charts.feature_map import feature_map
from ltsei.report.figure_files import Draw, FileFormat, alone, below
from ltsei.report.style import SQUARE

PANEL = 0.6
"""Smallest fraction of a figure's width that the panel keeps beside long class names."""
SUFFIXES = (".svg", ".pdf", ".png")
PREDICTIONS = "predictions.csv"
"""Beside the figures: the prediction for every test signal."""


@dataclass(frozen=True)
class CellToDraw:
    """The results of one cell that its figures show.

    Attributes:
        metrics: name -> number, None where undefined.
        classes: one mapping per class, as in per_class.csv.
        histories: stage for readers -> columns of its history.
        predictions: on the test signals.
        features: of test signals, [N, D].
    """

    metrics: Mapping[str, Any]
    classes: Sequence[Mapping[str, Any]]
    histories: Mapping[str, Mapping[str, Sequence[float | None]]]
    predictions: Predictions
    features: np.ndarray


def read(
    *, metrics: str, per_class: str, histories: Sequence[str], logits_test: str, labels_test: str, features_test: str
) -> CellToDraw:
    """Return a cell from its files, which all exist."""
    return CellToDraw(
        metrics=files.read_json(metrics),
        classes=result_files.per_class(per_class),
        histories={rule_label(Path(path).parent.name): result_files.history(path) for path in histories},
        predictions=Predictions(np.load(logits_test), np.load(labels_test)),
        features=np.load(features_test),
    )


def write(index: str, cell: CellToDraw, settings: Figures) -> None:
    """Write the figures of a cell and its predictions beside `index`, and last the index: figure -> names of its files.

    Figures of an earlier run are deleted first. A figure without defined values has no files.
    """
    folder, file_format = Path(index).parent, FileFormat(settings.width_mm, settings.dpi, settings.formats)
    for old in folder.glob("*.*"):
        if old.suffix in SUFFIXES and old.stem in FIGURES:
            old.unlink()
    draws = {name: figure(cell, settings, file_format) for name, figure in FIGURES.items()}
    written = {
        name: figure_files.write(folder, name, draw, file_format) if draw else [] for name, draw in draws.items()
    }
    signal_predictions.write(str(folder / PREDICTIONS), cell.predictions, [row["class_name"] for row in cell.classes])
    files.write_json(index, written)


def _single(chart: Chart | None) -> Draw | None:
    return alone(chart) if chart else None


def _curves(cell: CellToDraw, panels: Sequence[str]) -> Draw | None:
    charts = [curves.curves(history, stage) for stage, history in cell.histories.items()]
    return below([alone(of_stage[panel]) for of_stage in charts for panel in panels if panel in of_stage])


def _class_distribution(cell: CellToDraw) -> Draw:
    return alone(training_signals((row["class_name"], row["train_count"], row["group"]) for row in cell.classes))


def _embedding(cell: CellToDraw, settings: Figures, dimensions: int) -> Draw | None:
    from ltsei.evaluation import embedding  # takes a second to load, so only where a map is drawn

    sample = seeds.sample(len(cell.predictions.labels), settings.max_signals)
    points = embedding.tsne(
        cell.features[sample],
        dimensions,
        perplexity=settings.tsne_perplexity,
        iterations=settings.tsne_iterations,
    )
    return None if points is None else alone(feature_map(points, cell.predictions.labels[sample], cell.classes))


def _confusion(cell: CellToDraw, pixels: float) -> Draw:
    square = PANEL * pixels / len(cell.classes)
    text = confusion.TEXTS["share" if square >= SQUARE["printed"] else "nothing"]
    return alone(
        confusion.confusion(cell.classes, cell.predictions.confusion.tolist()),
        named=square >= SQUARE["named"],
        text=text,
    )


def _recalls(cell: CellToDraw, pixels: float) -> Draw:
    return alone(classes.recall_bars(cell.classes), named=PANEL * pixels / len(cell.classes) >= SQUARE["named"])


def _confidence(cell: CellToDraw) -> Draw:
    correct = int(cell.predictions.correct.sum())
    histograms = diagnostics.confidences(cell.predictions)
    return alone(confidence.confidence(histograms, correct, len(cell.predictions.labels) - correct))


def _calibration(cell: CellToDraw) -> Draw:
    return alone(confidence.calibration(diagnostics.calibration(cell.predictions), cell.metrics["ece"]))


def _precision_recall(cell: CellToDraw) -> Draw | None:
    groups = [row["group"] for row in cell.classes]
    return _single(confidence.precision_recall(diagnostics.precision_recall(cell.predictions, groups)))


Figure = Callable[[CellToDraw, Figures, FileFormat], Draw | None]
FIGURES: Mapping[str, Figure] = {
    "training_curves": lambda cell, *_: _curves(cell, (curves.LOSS, curves.ACCURACY)),
    "learning_rate": lambda cell, *_: _curves(cell, (curves.LEARNING_RATE,)),
    "class_distribution": lambda cell, *_: _class_distribution(cell),
    "tsne_2d": lambda cell, settings, _: _embedding(cell, settings, 2),
    "tsne_3d": lambda cell, settings, _: _embedding(cell, settings, 3) if settings.tsne_3d else None,
    "confusion_matrix": lambda cell, _, file_format: _confusion(cell, file_format.pixels),
    "per_class_recall": lambda cell, _, file_format: _recalls(cell, file_format.pixels),
    "group_performance": lambda cell, *_: alone(classes.group_bars(cell.metrics)),
    "sample_vs_recall": lambda cell, *_: _single(classes.against_count(cell.classes, "recall", "Recall (%)")),
    "sample_vs_f1": lambda cell, *_: _single(classes.against_count(cell.classes, "f1", "F1 (%)")),
    "confidence_dist": lambda cell, *_: _confidence(cell),
    "top_confusions": lambda cell, settings, _: _single(
        confusion.top_confusions(cell.classes, cell.predictions.confusion.tolist(), settings.top_confusions)
    ),
    "calibration": lambda cell, *_: _calibration(cell),
    "precision_recall": lambda cell, *_: _precision_recall(cell),
}
"""In the order in which they are written."""
