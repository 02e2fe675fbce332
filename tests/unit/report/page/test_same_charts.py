"""The page and the figures draw the same charts: the same specification, rows and other blanks."""

import itertools

import numpy as np
import pytest
from unit.report._matrix import chart_of, data_of

from ltsei.core import files
from ltsei.data.groups import groups
from ltsei.evaluation.diagnostics import diagnose
from ltsei.evaluation.metrics import evaluate, per_class
from ltsei.evaluation.predictions import Predictions
from ltsei.report import cell_figures, matrix_figures
from ltsei.report.charts.chart import Chart
from ltsei.report.scopes import whole

SWEPT = {"test_conditions", "test_priors"}  # these results have none; see charts/test_against_level.py
METRIC = 0  # balanced accuracy comes first


@pytest.fixture
def drawn(monkeypatch):
    """Specification, tables and blanks of every chart that a figure draws while the test runs."""
    charts, filled = [], Chart.filled

    def listen(chart, width, **layout):
        charts.append((chart.specification, dict(chart.tables), dict(chart.blanks)))
        return filled(chart, width, **layout)

    monkeypatch.setattr(Chart, "filled", listen)
    return charts


def charts_of_the_page(data):
    """Return figure -> the positions of the charts that the page shows in its place."""
    block = data["blocks"][0]
    view, metric = block["views"][0], block["metrics"][METRIC]
    tests = view["metrics"][METRIC]["tests"]
    return {
        "balanced_accuracy": metric["against_ratio"],
        "heat_map": [view["metrics"][METRIC]["heat_map"]],
        "groups": [alone["groups"] for alone in block["views"][1:]],
        "trade_off": [view["trade_off"]],
        "critical_difference": [tests["ranks"]],
        "differences": [tests["differences"]],
        "pareto": [view["metrics"][METRIC]["pareto"]["seconds"]],
        "class_distribution": [data["conditions"][each["condition"]]["classes"] for each in block["conditions"]],
    }


@pytest.mark.parametrize("name", [name for name in matrix_figures.FIGURES if name not in SWEPT])
def test_a_figure_of_the_matrix_draws_the_charts_of_the_page(name, full, full_page, drawn):
    data = data_of(full_page)
    draw = matrix_figures.FIGURES[name][1](whole(full.contents().matrix_results))
    if draw:
        draw(400.0)
    positions = [position for position in charts_of_the_page(data)[name] if position is not None]
    assert drawn == [chart_of(data, position) for position in positions]
    assert drawn


def test_methods_trade_off_alike_on_the_page_and_in_the_figure(matrix, drawn):
    data = data_of(matrix.page())
    matrix_figures.FIGURES["trade_off"][1](whole(matrix.contents().matrix_results))(400.0)
    assert drawn == [chart_of(data, data["blocks"][0]["views"][0]["trade_off"])]


@pytest.fixture
def evaluated(matrix):
    """A matrix with a cell whose files agree with logits, and what its figures read."""
    cell, rng = matrix.cells[0], np.random.default_rng(0)
    counts, names = np.array([300, 90, 40, 12, 5, 4]), [f"class {label}" for label in range(6)]
    labels = np.repeat(np.arange(5), 12)  # the last class has no test signals
    logits = rng.normal(0, 1, (len(labels), 6)) + 2 * np.eye(6)[labels]
    predictions, class_groups = Predictions(logits, labels), groups(counts)
    rows = per_class(predictions, class_groups, counts, names)
    metrics = {**files.read_json(cell.metrics), **evaluate(predictions, class_groups)}
    files.write_json(cell.metrics, metrics)
    files.write_csv(cell.per_class, list(rows[0]), rows)
    files.write_table(cell.confusion, names, predictions.confusion.tolist())
    files.write_json(cell.diagnostics, diagnose(predictions, class_groups, None))
    folder = matrix.root / "features"
    files.write_npy(folder / "logits_test.npy", logits)
    np.save(folder / "labels.npy", labels)
    np.save(folder / "features.npy", logits)
    read = cell_figures.read(
        metrics=cell.metrics,
        per_class=cell.per_class,
        histories=[path for _, path in cell.histories],
        logits_test=str(folder / "logits_test.npy"),
        labels_test=str(folder / "labels.npy"),
        features_test=str(folder / "features.npy"),
    )
    return matrix, read


@pytest.mark.parametrize(
    ("figure", "charts"),
    [
        ("confusion_matrix", ["confusion"]),
        ("top_confusions", ["top_confusions"]),
        ("sample_vs_recall", ["recalls"]),
        ("confidence_dist", ["confidence"]),
        ("calibration", ["calibration"]),
    ],
)
def test_a_figure_of_a_cell_draws_the_chart_of_the_page(figure, charts, evaluated, drawn):
    matrix, cell = evaluated
    data = data_of(matrix.page())
    file_format = cell_figures.FileFormat(85, 100, ["svg"])
    cell_figures.FIGURES[figure](cell, cell_figures.Figures(), file_format)(200.0)
    assert drawn == [chart_of(data, data["cells"][0][chart]) for chart in charts]


def test_the_learning_curves_of_a_cell_are_those_of_the_page(evaluated, drawn):
    matrix, cell = evaluated
    data = data_of(matrix.page())
    for figure in ("training_curves", "learning_rate"):
        cell_figures.FIGURES[figure](cell, cell_figures.Figures(), None)(200.0)
    assert drawn == [chart_of(data, position) for position in data["cells"][0]["curves"]]


def test_every_chart_of_the_page_has_all_its_blanks_filled(full_page):
    data = data_of(full_page)
    layout = {
        "width",
        "label_limit",
        "legend",
        "limit",
        "named",
        "text",
        "columns",
        "panel",
        "label_text",
        "label_offset",
    }
    for chart in data["charts"]:
        given = {*chart["tables"], *chart["blanks"], *data["blanks"], *data["shades"]["light"], *layout}
        assert blanks(data["specifications"][chart["specification"]]) <= given


def blanks(spec):
    """Return the names of the blanks in a specification."""
    if isinstance(spec, str):
        return {spec[1:]} if spec.startswith("@") else set()
    parts = spec.values() if isinstance(spec, dict) else spec if isinstance(spec, list) else []
    return set(itertools.chain.from_iterable(map(blanks, parts)))
