"""Panels against test conditions and priors: the same rows on the page, in figures and in tables."""

import csv
import json
from dataclasses import replace

import pytest
from unit.report._matrix import chart_of, data_of, fake_matrix

from ltsei.report.charts.against_level import against_level, against_prior
from ltsei.report.matrix_figures import FIGURES
from ltsei.report.scopes import whole

SCORES = "balanced_accuracy,overall_accuracy,many_accuracy,medium_accuracy,few_accuracy"
LEVELS = [("snr_db", "0.0", 0.2), ("snr_db", "inf", 0.6), ("sample_rate_error_ppm", "20.0", 0.5)]


@pytest.fixture
def swept(tmp_path):
    """Two methods with two seeds that were tested under two conditions and two priors."""
    matrix = fake_matrix(tmp_path, methods=("ce", "crt"), ratios=("10",), num_classes=4, natural=False)
    cells = []
    for cell in matrix.cells:
        scores, priors = (tmp_path / f"{cell.method}{cell.seed}.{end}" for end in ("csv", "json"))
        shift = 0.1 * cell.seed + (0.05 if cell.method == "crt" else 0.0)
        lines = [f"{name},{level},{score + shift},{score},,{score},{score}" for name, level, score in LEVELS]
        scores.write_text("\n".join([f"condition,level,{SCORES}", *lines, ""]))
        priors.write_text(json.dumps({"forward-50": 0.7 + shift, "uniform": 0.4 + shift}))
        cells.append(replace(cell, test_conditions=str(scores), test_priors=str(priors)))
    return replace(matrix, cells=cells)


def test_a_line_is_the_mean_over_seeds_and_its_band_the_spread(swept):
    noise, clock = against_level(whole(swept.contents().matrix_results))
    of_ce = [row for row in noise.tables["rows"] if row["method"] == "ce"]
    assert [(row["level"], row["mean"], row["n"]) for row in of_ce] == [("0", 25.0, 2), ("none", 65.0, 2)]
    assert of_ce[0]["high"] - of_ce[0]["mean"] == pytest.approx(100 * 0.1 / 2**0.5, abs=0.01)
    assert [row["level"] for row in clock.tables["rows"]] == [20.0, 20.0]
    assert (noise.blanks["kind"], clock.blanks["kind"]) == ("ordinal", "quantitative")
    prior = against_prior(whole(swept.contents().matrix_results))
    shown = {(row["method"], row["level"]): row["mean"] for row in prior.tables["rows"]}
    assert shown == {
        **{("ce", "forward-50"): 75.0, ("ce", "uniform"): 45.0},
        **{("crt", "forward-50"): 80.0, ("crt", "uniform"): 50.0},
    }


def test_page_and_tables_show_them_and_offer_each_prior_as_a_metric(swept):
    data = data_of(swept.page())
    positions = data["blocks"][0]["views"][0]["further_tests"]
    assert [chart_of(data, position)[0] for position in positions] == ["level_lines"] * 3
    assert "Accuracy under the test prior forward-50" in [metric["label"] for metric in data["metrics"]]
    tables = swept.tables("test_conditions", "test_priors", "tidy")
    with tables["test_conditions"].open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4 * len(LEVELS)
    assert rows[1] | {"balanced_accuracy": "0.6", "level": "inf", "many_accuracy": ""} == rows[1]
    with tables["test_priors"].open() as file:
        assert {(row["method"], row["prior"]) for row in csv.DictReader(file)} == {
            (method, prior) for method in ("ce", "crt") for prior in ("forward-50", "uniform")
        }
    assert "accuracy_under_forward-50" in tables["tidy"].read_text()


def test_the_figures_draw_the_charts_of_the_page(swept):
    scope = whole(swept.contents().matrix_results)
    charts = {"test_conditions": against_level(scope), "test_priors": [against_prior(scope)]}
    for name, expected in charts.items():
        panels = FIGURES[name][1](scope)(400.0)["concat"]
        assert [panel["data"]["values"] for panel in panels] == [chart.tables["rows"] for chart in expected]


def test_without_further_tests_there_are_no_panels(matrix):
    scope = whole(matrix.contents().matrix_results)
    assert (against_level(scope), against_prior(scope)) == ([], None)
    assert [FIGURES[name][1](scope) for name in ("test_conditions", "test_priors")] == [None, None]
    assert data_of(matrix.page())["blocks"][0]["views"][0]["further_tests"] == []
