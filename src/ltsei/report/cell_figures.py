"""The figures of one cell as files for a paper."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ltsei.config.experiment import Figures
from ltsei.core import files
from ltsei.numerics import seeds
from ltsei.numerics.confusion import confusion_matrix
from ltsei.numerics.softmax import softmax
from ltsei.report import cell_charts, figure_files, geometry, result_files
from ltsei.report.figure_files import Draw
from ltsei.report.words import stage

PANEL = 0.6
"""Part of a figure's width that a panel has at least beside long class names."""
SUFFIXES = (".svg", ".pdf", ".png")


@dataclass(frozen=True)
class Figured:
    """A cell as its figures see it.

    Attributes:
        metrics: name -> number, None where undefined.
        classes: one mapping per class, as in per_class.csv.
        names: of the classes.
        histories: stage for readers -> columns of its history.
        chances: probabilities of test signals, [N, C].
        counts: confusion matrix [C, C], row = true class.
        labels: of test signals, [N].
        features: of test signals, [N, D].
    """

    metrics: Mapping[str, Any]
    classes: Sequence[Mapping[str, Any]]
    names: Sequence[str]
    histories: Mapping[str, Mapping[str, Sequence[float | None]]]
    chances: np.ndarray
    counts: np.ndarray
    labels: np.ndarray
    features: np.ndarray


def read(
    *, metrics: str, per_class: str, histories: Sequence[str], logits: str, labels_test: str, features_test: str
) -> Figured:
    """Return a cell from its files, which all exist."""
    with np.load(logits) as found:
        scores, labels = found["test"], np.load(labels_test)
    classes = [row | {"label": label} for label, row in enumerate(result_files.per_class(per_class))]
    return Figured(
        metrics=files.read_json(metrics),
        classes=classes,
        names=[row["class_name"] for row in classes],
        histories={stage(Path(path).parent.name): result_files.history(path) for path in histories},
        chances=softmax(scores),
        counts=confusion_matrix(scores, labels),
        labels=labels,
        features=np.load(features_test),
    )


def write(index: str, cell: Figured, settings: Figures) -> None:
    """Write the figures of a cell beside `index`, and last the index: figure -> names of its files.

    A figure of which nothing is defined has no files. Figures of an earlier run go first.
    """
    folder, look = Path(index).parent, figure_files.Paper(settings.width_mm, settings.dpi, settings.formats)
    for old in folder.glob("*.*"):
        if old.suffix in SUFFIXES and old.stem in FIGURES:
            old.unlink()
    draws = {name: figure(cell, settings, look) for name, figure in FIGURES.items()}
    written = {name: figure_files.write(folder, name, draw, look) if draw else [] for name, draw in draws.items()}
    files.write_json(index, written)


def _training_curves(cell: Figured, *_: Any) -> Draw | None:
    return cell_charts.curves(
        [
            (f"{name}: {title}", _points(history, word, factor))
            for name, history in cell.histories.items()
            for title, word, factor in (("loss", "loss", 1), ("accuracy (%)", "accuracy", 100))
        ]
    )


def _learning_rate(cell: Figured, *_: Any) -> Draw | None:
    return cell_charts.curves(
        [(f"{name}: learning rate", _points(found, "learning_rate", 1)) for name, found in cell.histories.items()]
    )


def _points(history: Mapping[str, Sequence[float | None]], word: str, factor: float) -> list[dict[str, Any]]:
    return geometry.points_of(history, [name for name in history if word in name], factor)


def _embedded(cell: Figured, settings: Figures, dimensions: int) -> Draw | None:
    from ltsei.evaluation import embedding  # takes a second, so only where a map is drawn

    chosen = seeds.sample(len(cell.labels), settings.max_signals)
    found = embedding.tsne(
        cell.features[chosen],
        dimensions,
        perplexity=settings.tsne_perplexity,
        iterations=settings.tsne_iterations,
    )
    return None if found is None else cell_charts.points(found, cell.labels[chosen], cell.classes, cell.names)


Figure = Callable[[Figured, Figures, figure_files.Paper], Draw | None]
FIGURES: Mapping[str, Figure] = {
    "training_curves": _training_curves,
    "learning_rate": _learning_rate,
    "class_distribution": lambda cell, *_: cell_charts.distribution(cell.classes, cell.names),
    "tsne_2d": lambda cell, settings, _: _embedded(cell, settings, 2),
    "tsne_3d": lambda cell, settings, _: _embedded(cell, settings, 3),
    "confusion_matrix": lambda cell, _, look: cell_charts.confusion(
        cell.classes, cell.names, cell.counts, PANEL * look.pixels
    ),
    "per_class_recall": lambda cell, _, look: cell_charts.recalls(cell.classes, cell.names, PANEL * look.pixels),
    "group_performance": lambda cell, *_: cell_charts.groups(cell.metrics),
    "sample_vs_recall": lambda cell, *_: cell_charts.against_count(cell.classes, cell.names, "recall", "Recall (%)"),
    "sample_vs_f1": lambda cell, *_: cell_charts.against_count(cell.classes, cell.names, "f1", "F1 (%)"),
    "confidence_dist": lambda cell, *_: cell_charts.confidence(cell.chances, cell.labels),
    "top_confusions": lambda cell, settings, _: cell_charts.top_confusions(
        cell.counts, cell.names, settings.top_confusions
    ),
    "calibration": lambda cell, *_: cell_charts.calibration(cell.chances, cell.labels, cell.metrics["ece"]),
    "precision_recall": lambda cell, *_: cell_charts.precision_recall(cell.chances, cell.labels, cell.classes),
}
"""In the order in which they are written."""
