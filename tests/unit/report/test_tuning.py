"""What the searches of tuned methods show: expected best, edges, chosen values, the gain over the default."""

import dataclasses
import statistics
from pathlib import Path
from typing import get_args

import pytest
from unit.report._searches import CHOSEN, DEFAULTS, LR, SCORES, SMOOTHING, TUNED, VALUES, searched, tuned_cells

from ltsei.core import files
from ltsei.core.annotations import Criterion
from ltsei.evaluation.metric_labels import VALIDATION_SCORES
from ltsei.numerics.expected_best import expected_best
from ltsei.report import procedure_sentences, tuning
from ltsei.report.charts.searches import expected_best as expected_chart
from ltsei.report.charts.searches import responses as response_charts
from ltsei.report.scopes import whole
from ltsei.report.searches import read_search
from ltsei.report.tuned_or_default import tuned_or_default


@pytest.fixture
def scope(tmp_path):
    return whole(searched(tmp_path, tuned_cells()))


def only(results, method="crt.tuned"):
    return [cell for cell in results.cells if cell.files.method == method]


def test_the_expected_best_is_the_mean_over_conditions_of_means_over_seeds(scope):
    worst = [[0.5 if score is None else score for score in scores] for scores in SCORES]
    curves = [expected_best(scores) for scores in worst]
    expected = [statistics.mean(values) for values in zip(*curves, strict=True)]
    assert tuning.expected(scope) == {"crt.tuned": pytest.approx(expected)}


def test_a_diverged_trial_is_counted_and_is_worth_the_worst_of_the_others(scope):
    assert tuning.diverged(scope) == {"crt.tuned": (1, 16)}
    assert any("1 of 16 trials diverged" in text for text in procedure_sentences.warnings(scope))


def test_a_value_at_the_same_end_in_half_of_the_cells_is_a_warning(scope):
    (edge,) = tuning.edges(scope)
    assert (edge.method, edge.parameter, edge.end, edge.searches, edge.total) == ("crt.tuned", LR.name, "low", 2, 4)
    (text,) = [text for text in procedure_sentences.warnings(scope) if "end of its range" in text]
    assert text.startswith("crt.tuned: the chosen stage2.lr lies at the lower end of its range in 2 of 4 cells (50 %)")


@pytest.mark.parametrize(
    ("dimension", "value", "end"),
    [
        (LR, 0.0105, "low"),
        (LR, 0.0126, ""),  # 5.02 % of two decades
        (LR, 0.8, "high"),
        (LR, 0.79, ""),
        (SMOOTHING, 0.01, "low"),
        (SMOOTHING, 0.0101, ""),
        (SMOOTHING, 0.19, "high"),
        (LR, 3.0, "high"),
    ],
)
def test_an_edge_is_five_percent_of_a_range_in_its_own_scale(scope, dimension, value, end):
    search = only(scope)[0].search
    changed = dataclasses.replace(search.trials[0], parameters={dimension.name: value})
    assert dataclasses.replace(search, chosen=1, trials=[changed, changed]).edge(dimension) == end


def test_chosen_values_have_median_quartiles_and_the_share_of_the_default_recipe(scope):
    rows = {(each.condition[1], each.dimension.name): each for each in tuning.chosen(scope)}
    of_100 = rows["100", LR.name]
    values = [VALUES[CHOSEN[2]][0], VALUES[CHOSEN[3]][0]]
    assert of_100.median == pytest.approx(statistics.median(values))
    assert (of_100.low, of_100.high) == (pytest.approx(0.2), pytest.approx(0.4))
    assert (of_100.default, of_100.searches) == (0.5, 2)
    assert rows["10", LR.name].at_edge == 1.0


def test_a_response_is_the_mean_score_of_a_trial_over_the_seeds_in_which_it_finished(scope):
    points = [
        each for each in tuning.responses(scope, "crt.tuned") if each.dimension == LR and each.condition[1] == "10"
    ]
    assert [each.value for each in points] == [lr for lr, _ in VALUES]
    assert [each.score for each in points] == pytest.approx([0.6, 0.8, 0.7, 0.5])
    assert [each.chosen for each in points] == [0, 2, 0, 0]
    assert [each.is_default for each in points] == [True, False, False, False]


def test_charts_draw_the_same_numbers_in_percent(scope):
    rows = expected_chart(scope).tables["rows"]
    assert [row["value"] for row in rows] == pytest.approx([100 * v for v in tuning.expected(scope)["crt.tuned"]], 1e-4)
    first, second = response_charts(scope, "crt.tuned")
    assert (first.blanks["title"], second.blanks["title"]) == (LR.name, SMOOTHING.name)
    assert [chart.blanks["scale"]["type"] for chart in (first, second)] == ["log", "linear"]
    assert len(first.tables["rows"]) == 8


def test_trials_on_seeds_of_their_own_count_once_for_all_cells_of_a_condition(tmp_path):
    scope = whole(searched(tmp_path, tuned_cells(), on_choice_seeds=True))
    assert [row.searches for row in tuning.chosen(scope)] == [1, 1, 1, 1]
    assert "by its mean on seeds 10, 11" in procedure_sentences.about(scope)


def test_a_row_has_default_and_tuned_means_their_paired_difference_and_all_trials(scope):
    (row,) = tuned_or_default(scope, "balanced_accuracy")
    assert (row.method, row.tuned, row.trials) == ("crt", "crt.tuned", 4)
    assert row.default_mean == pytest.approx(statistics.mean(DEFAULTS["crt"]))
    assert row.tuned_mean == pytest.approx(statistics.mean(TUNED))
    assert row.comparison.mean == pytest.approx(row.tuned_mean - row.default_mean)
    assert row.comparison.n == 4


def test_a_tuned_method_of_which_nothing_varies_is_shown_without_a_comparison(tmp_path):
    cells = tuned_cells()
    same = {(*key[:3], "ce.tuned"): cell for key, cell in cells.items() if key[3] == "ce"}
    scope = whole(searched(tmp_path, cells | same))
    rows = {row.method: row for row in tuned_or_default(scope, "balanced_accuracy")}
    assert (rows["ce"].comparison, rows["ce"].trials) == (None, 0)
    alone = whole(searched(tmp_path / "alone", cells))
    assert rows["crt"].comparison == tuned_or_default(alone, "balanced_accuracy")[0].comparison


def test_a_loss_is_shown_as_a_loss():
    assert tuning.shown_score(-0.7, "val_loss") == 0.7
    assert tuning.shown_score(0.7, "val_macro_f1") == 0.7


def test_a_damaged_choice_is_left_out(tmp_path, caplog):
    results = searched(tmp_path, tuned_cells())
    (first, *_) = only(results)
    source = first.files.searches[0]
    record = files.read_json(source.path)
    for wrong in ({"chosen": 9}, {"trials": "none"}, {"select_by": None}):
        files.write_json(source.path, record | wrong)
        assert read_search(source) is None
    assert "not shown" in caplog.text
    Path(source.path).unlink()
    assert read_search(source) is None


def test_every_score_by_which_a_trial_can_be_chosen_has_a_name():
    assert set(VALIDATION_SCORES) == set(get_args(Criterion))
    assert tuning.shown_score(-0.7, "val_balanced_loss") == 0.7


def test_the_default_recipe_lies_at_no_end_of_a_range(scope):
    _, search = next(tuning.each_search(scope))
    changed = dataclasses.replace(search.trials[0], parameters={**search.trials[0].parameters, LR.name: LR.low})
    trials = [changed, changed]
    assert [dataclasses.replace(search, chosen=each, trials=trials).edge(LR) for each in (0, 1)] == ["", "low"]
