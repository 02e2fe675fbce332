"""Figures of the matrix for many methods and conditions: no higher than a page, and they say what they leave out."""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from unit.report._scores import scored

from ltsei.config.experiment import Figures
from ltsei.report import matrix_figures, matrix_tables
from ltsei.report.scopes import whole

NAMES = ("balanced_accuracy", "heat_map", "groups", "trade_off", "critical_difference", "differences")
PAGE_MM = 235
"""Height of the text of an A4 or letter page with a short caption."""


def scope_of(root, methods, ratios):
    rng = np.random.default_rng(0)
    metrics = ("balanced_accuracy", "many_accuracy", "medium_accuracy", "few_accuracy")
    names = ["ce", *(f"method_with_a_name_{index}" for index in range(1, methods))]
    runs = {
        (name, ir): {metric: (0.4 + index / 100 + rng.uniform(0, 0.05, 2)).tolist() for metric in metrics}
        for index, name in enumerate(names)
        for ir in ratios
    }
    return whole(scored(root, runs))


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Forty methods, each a little better than the one before, under four ratios."""
    return scope_of(tmp_path_factory.mktemp("many"), 40, ("10", "50", "100", "200"))


@pytest.fixture(scope="module")
def figures(many, tmp_path_factory):
    """Name -> SVG file of the figures of `many`."""
    folder = tmp_path_factory.mktemp("figures")
    paths = {name: folder / f"{name}.svg" for name in NAMES}
    matrix_figures.write({name: str(path) for name, path in paths.items()}, many, Figures(dpi=50))
    return paths


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_is_higher_than_a_page(figures, name):
    height = re.match(r'<svg [^>]*?height="([\d.]+)mm"', figures[name].read_text(encoding="utf-8"))
    assert float(height[1]) <= PAGE_MM


def texts_of(path):
    return " ".join(ElementTree.parse(path).getroot().itertext())


def test_a_figure_with_bars_for_each_method_shows_the_best_and_the_control_and_says_so(figures):
    text = texts_of(figures["groups"])
    assert "12 of 40 methods: the best by balanced accuracy (mAcc), and the control" in text
    shown = {
        name for name in ["ce", *(f"method_with_a_name_{i}" for i in range(1, 40))] if re.search(rf"{name}\b", text)
    }
    assert shown == {"ce", *(f"method_with_a_name_{i}" for i in range(29, 40))}


def test_a_figure_with_room_for_all_methods_says_nothing_of_a_choice(figures):
    text = texts_of(figures["heat_map"])
    assert "of 40 methods" not in text
    assert "method_with_a_name_1 " in f"{text} "


def test_differences_of_a_choice_of_methods_are_those_of_all(many, monkeypatch):
    monkeypatch.setattr(matrix_figures, "MOST_ROWS", 5)
    draw = matrix_figures.FIGURES["differences"][1](many)
    (panel,) = draw(300)["vconcat"]
    everything = matrix_figures.differences(many, "balanced_accuracy").tables["rows"]
    rows = panel["data"]["values"]
    assert {row["method"] for row in rows} == {f"method_with_a_name_{index}" for index in range(36, 40)}
    assert rows == [row for row in everything if row in rows]


def test_of_many_conditions_the_first_and_the_last_are_shown():
    conditions = [("d", str(ratio)) for ratio in range(1, 21)]
    chosen = matrix_figures.spread_out(conditions, 9)
    assert (len(chosen), chosen[0], chosen[-1]) == (9, conditions[0], conditions[-1])
    assert len(set(chosen)) == 9
    assert matrix_figures.spread_out(conditions[:4], 9) == conditions[:4]


def test_the_bars_of_twenty_conditions_fit_on_a_page(tmp_path):
    scope = scope_of(tmp_path, 12, [str(ratio) for ratio in range(10, 30)])
    path = tmp_path / "groups.svg"
    matrix_figures.write({"groups": str(path)}, scope, Figures(dpi=50))
    assert float(re.match(r'<svg [^>]*?height="([\d.]+)mm"', path.read_text(encoding="utf-8"))[1]) <= PAGE_MM


def test_every_figure_and_every_csv_table_has_a_title_and_a_figure_a_caption():
    captions = Path(__file__).parents[3] / "workflow" / "report"
    assert set(matrix_figures.TITLES) == set(matrix_figures.FIGURES)
    assert set(matrix_tables.TITLES) == set(matrix_tables.WRITERS) - {"latex"}
    assert all((captions / f"{name}.rst").is_file() for name in matrix_figures.TITLES)
