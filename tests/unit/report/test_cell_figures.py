"""The figures of one cell: their files, their size on paper, the numbers behind them, and undefined values."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
import vl_convert
from unit.report._matrix import HOSTILE

from ltsei.config.experiment import Figures
from ltsei.core import files
from ltsei.data.groups import groups
from ltsei.evaluation import diagnostics
from ltsei.evaluation.metrics import evaluate, per_class
from ltsei.evaluation.predictions import Predictions
from ltsei.numerics import seeds
from ltsei.report import cell_figures
from ltsei.report.charts import curves
from ltsei.report.figure_files import alone, below

FAST = Figures(formats=["svg", "pdf", "png"], dpi=100, tsne_iterations=250, tsne_3d=True)
COUNTS = np.array([300, 90, 40, 12, 5])


def write_cell(folder, names=(HOSTILE, "b", "c", "d", "absent"), counts=COUNTS, tests=12):
    """Write the files of a cell whose last class has no test signals; return their paths."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(len(names) - 1), tests)
    logits = rng.normal(0, 1, (len(labels), len(names))) + 2 * np.eye(len(names))[labels]
    predictions = Predictions(logits, labels)
    rows = per_class(predictions, groups(counts), counts, names)
    history = [
        {"epoch": epoch, "progress": 0, "learning_rate": 0.1 / epoch, "train_loss": 1 / epoch, "val_accuracy": None}
        for epoch in range(1, 6)
    ]
    files.write_json(folder / "metrics.json", evaluate(predictions, groups(counts)))
    files.write_csv(folder / "per_class.csv", list(rows[0]), rows)
    files.write_csv(folder / "stage1" / "history.csv", list(history[0]), history)
    files.write_npy(folder / "logits_test.npy", logits)
    np.save(folder / "labels.npy", labels)
    np.save(folder / "features.npy", (logits @ rng.normal(0, 1, (len(names), 8))).astype(np.float32))
    return {
        "metrics": str(folder / "metrics.json"),
        "per_class": str(folder / "per_class.csv"),
        "histories": [str(folder / "stage1" / "history.csv")],
        "logits_test": str(folder / "logits_test.npy"),
        "labels_test": str(folder / "labels.npy"),
        "features_test": str(folder / "features.npy"),
    }


@pytest.fixture(scope="module")
def cell(tmp_path_factory):
    return cell_figures.read(**write_cell(tmp_path_factory.mktemp("cell")))


@pytest.fixture(scope="module")
def figures(cell, tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    cell_figures.write(str(folder / "index.json"), cell, FAST)
    return folder


def text_of(path):
    return " ".join(ElementTree.parse(path).getroot().itertext())


def test_the_index_names_every_figure_in_every_format(figures):
    index = files.read_json(figures / "index.json")
    assert index == {name: [f"{name}.{suffix}" for suffix in ("svg", "pdf", "png")] for name in cell_figures.FIGURES}
    written = {file for names in index.values() for file in names}
    assert {path.name for path in figures.iterdir()} == {"index.json", "predictions.csv", *written}


@pytest.mark.parametrize("name", cell_figures.FIGURES)
def test_a_figure_is_as_wide_as_the_configuration_says_in_every_format(figures, name):
    svg = (figures / f"{name}.svg").read_text(encoding="utf-8")
    pdf = (figures / f"{name}.pdf").read_bytes()
    png = (figures / f"{name}.png").read_bytes()
    points = float(re.search(rb"/MediaBox ?\[0 0 ([\d.]+)", pdf)[1])
    assert float(re.match(r'<svg [^>]*?width="([\d.]+)mm"', svg)[1]) == pytest.approx(FAST.width_mm)
    assert pdf.startswith(b"%PDF")
    assert points == pytest.approx(FAST.width_mm / 25.4 * 72, abs=0.1)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == pytest.approx(FAST.width_mm / 25.4 * FAST.dpi, rel=0.02)


@pytest.mark.parametrize("name", cell_figures.FIGURES)
def test_letters_have_the_same_height_in_every_figure(figures, name):
    drawing = ElementTree.parse(figures / f"{name}.svg").getroot()
    pixels = float(drawing.get("viewBox").split()[2])
    assert pixels == pytest.approx(FAST.width_mm / 25.4 * 72 / 0.6, rel=0.02)


def test_the_same_cell_gives_the_same_bytes(figures, cell, tmp_path):
    cell_figures.write(str(tmp_path / "index.json"), cell, FAST.model_copy(update={"formats": ["svg"]}))
    again = {path.name: path.read_bytes() for path in tmp_path.glob("*.svg")}
    assert again == {path.name: path.read_bytes() for path in figures.glob("*.svg")}


def test_figures_in_formats_that_are_no_longer_wanted_are_deleted(cell, tmp_path):
    (tmp_path / "calibration.png").write_bytes(b"old")
    (tmp_path / "mine.png").write_bytes(b"not a figure of this rule")
    cell_figures.write(str(tmp_path / "index.json"), cell, FAST.model_copy(update={"formats": ["svg"]}))
    assert [path.name for path in tmp_path.glob("*.png")] == ["mine.png"]


def test_a_legend_of_learning_curves_names_the_curves_of_its_own_panel_only():
    stage = {"epoch": [1, 2], "train_loss": [2.0, 1.0], "val_loss": [2.0, 1.5], "val_accuracy": [0.1, 0.2]}
    charts = curves.curves({**stage, "train_accuracy": [0.2, 0.4]}, "stage 1")
    draw = below([alone(charts[panel]) for panel in (curves.LOSS, curves.ACCURACY)])
    drawn = " ".join(ElementTree.fromstring(vl_convert.vegalite_to_svg(draw(300))).itertext())
    assert [drawn.count(name) for name in ("train loss", "val loss", "train accuracy", "val accuracy")] == [1, 1, 1, 1]


def test_class_names_are_escaped(figures):
    assert HOSTILE[:14] in text_of(figures / "confusion_matrix.svg")
    assert "<script" not in (figures / "confusion_matrix.svg").read_text(encoding="utf-8")


def test_undefined_recall_is_a_dash_and_not_a_bar(figures):
    assert text_of(figures / "per_class_recall.svg").count("–") == 1


def test_a_figure_without_defined_values_has_no_files(cell, tmp_path):
    perfect = replace(
        cell,
        histories={},
        features=np.ones_like(cell.features),
        predictions=Predictions(100 * np.eye(len(cell.classes))[cell.predictions.labels], cell.predictions.labels),
    )
    cell_figures.write(str(tmp_path / "index.json"), perfect, FAST.model_copy(update={"formats": ["svg"]}))
    empty = {name for name, written in files.read_json(tmp_path / "index.json").items() if not written}
    assert empty == {"training_curves", "learning_rate", "tsne_2d", "tsne_3d", "top_confusions"}


def test_the_map_in_three_dimensions_is_left_out_by_default(cell, tmp_path):
    cell_figures.write(str(tmp_path / "index.json"), cell, Figures(formats=["svg"], dpi=100, tsne_iterations=250))
    written = files.read_json(tmp_path / "index.json")
    assert (written["tsne_2d"], written["tsne_3d"]) == (["tsne_2d.svg"], [])


def test_area_under_the_mean_curve_is_the_mean_average_precision(cell):
    rows = diagnostics.precision_recall(cell.predictions, [row["group"] for row in cell.classes])
    area = np.mean([row["precision"] for row in rows if row["group"] == diagnostics.ALL]) / 100
    assert area == pytest.approx(cell.metrics["macro_auprc"], abs=0.01)


def test_the_gaps_of_the_reliability_diagram_add_up_to_the_calibration_error(cell):
    bins = diagnostics.calibration(cell.predictions)
    confidence = cell.predictions.probabilities.max(axis=1)
    shares = [np.mean((confidence > row["low"]) & (confidence <= row["high"])) for row in bins]
    gaps = [abs(row["accuracy"] - row["confidence"]) for row in bins]
    assert np.dot(shares, gaps) == pytest.approx(cell.metrics["ece"])


def test_confidences_add_up_to_all_predictions_of_each_kind(cell):
    rows = diagnostics.confidences(cell.predictions)
    for part in ("correct", "wrong"):
        assert sum(row["share"] for row in rows if row["part"] == part) == pytest.approx(100)


def test_the_signals_of_a_map_are_a_sample_without_repetition_that_is_always_the_same():
    chosen = seeds.sample(100, 30)
    assert len(set(chosen.tolist())) == 30
    assert chosen.tolist() == seeds.sample(100, 30).tolist()
    assert seeds.sample(20, 30).tolist() == list(range(20))
