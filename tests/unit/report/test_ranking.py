"""Ranks, places, marks and the Pareto front."""

from dataclasses import replace

import pytest
from unit.report._matrix import fake_matrix
from unit.report._scores import scored

from ltsei.core import files
from ltsei.report.analysis import analyse
from ltsei.report.charts.pareto import pareto
from ltsei.report.page.sentences import significance_hint
from ltsei.report.ranking import front, leaders, marks, places, standings
from ltsei.report.scopes import whole
from ltsei.report.style import BOUND_DASH
from ltsei.report.tables.paper_tables import tables


def order(scope, name):
    """Return (method, place) in the order of the standings."""
    return [(each.method.name, each.place) for each in standings(scope, name)]


def average_ranks(scope, name):
    return {each.method.name: each.average_rank for each in standings(scope, name) if each.average_rank is not None}


def set_metric(matrix, name, values):
    """Give every cell of a method the value of a metric."""
    for cell in matrix.cells:
        files.write_json(cell.metrics, {**files.read_json(cell.metrics), name: values[cell.method]})


def test_equal_scores_share_a_place_and_undefined_ones_have_none():
    assert places([0.5, None, 0.7, 0.5]) == [2, None, 1, 2]


def test_methods_are_in_the_order_of_their_means_in_the_better_direction(matrix, scope_of):
    set_metric(matrix, "ece", {"ce": 0.1, "crt": 0.2})
    set_metric(matrix, "balanced_accuracy", {"ce": 0.1, "crt": 0.2})
    assert order(scope_of(matrix), "ece") == [("ce", 1), ("crt", 2)]
    assert order(scope_of(matrix), "balanced_accuracy") == [("crt", 1), ("ce", 2)]
    assert average_ranks(scope_of(matrix), "ece") == {}


def test_a_metric_without_a_better_direction_has_neither_places_nor_marks(matrix, scope_of):
    scope = scope_of(matrix)
    assert order(scope, "many_classes") == [("ce", None), ("crt", None)]
    assert (average_ranks(scope, "many_classes"), leaders(scope, "many_classes")) == ({}, [])
    assert marks(scope, "many_classes", scope.conditions[0]) == {}


def test_an_oracle_is_shown_with_its_mean_and_takes_no_part_in_any_ranking(tmp_path, scope_of):
    matrix = fake_matrix(tmp_path, methods=("ce", "focal", "crt", "lws"), num_classes=6, natural=False)
    matrix.cells[:] = [replace(cell, is_oracle=cell.method == "lws") for cell in matrix.cells]
    set_metric(matrix, "balanced_accuracy", {"ce": 0.1, "focal": 0.05, "crt": 0.2, "lws": 0.9})
    scope = scope_of(matrix, blocks=[{"name": "", "title": "", "control": "ce"}])
    assert order(scope, "balanced_accuracy") == [("crt", 1), ("ce", 2), ("focal", 3), ("lws", None)]
    assert standings(scope, "balanced_accuracy")[-1].mean == 0.9
    assert set(average_ranks(scope, "balanced_accuracy")) == {"ce", "focal", "crt"}
    assert marks(scope, "balanced_accuracy", scope.conditions[0]) == {"crt": "best", "ce": "second"}
    assert set(analyse(scope, "balanced_accuracy").comparisons) == {"focal", "crt"}
    table = next(each for each in tables(scope.results) if "Mean" in each.columns)
    assert [entry.mark for entry in table.columns["Mean"]] == ["second", "", "best", ""]
    on_front = {row["label"] for row in pareto(scope, "balanced_accuracy", "parameters").tables["rows"] if row["front"]}
    assert "lws" not in on_front
    assert "lws: trained on signals from outside" in significance_hint(scope, "balanced_accuracy")
    assert [list(method.dash) == list(BOUND_DASH) for method in scope.methods] == [False, False, False, True]


def test_over_several_conditions_methods_have_average_ranks_too(full, scope_of):
    ranking = average_ranks(scope_of(full, blocks=[{"name": "", "title": "", "control": "ce"}]), "balanced_accuracy")
    assert set(ranking) == {"ce", "focal", "cb"}  # the others have no results on the natural data set
    assert sum(ranking.values()) == pytest.approx(6)


def test_methods_are_marked_as_far_as_the_shown_digits_distinguish_them(matrix, scope_of):
    scope = scope_of(matrix)
    (condition,) = scope.conditions
    better, worse = ("crt", "ce") if scope.mean("ece", "crt") < scope.mean("ece", "ce") else ("ce", "crt")
    assert marks(scope, "ece", condition) == {better: "best", worse: "second"}
    set_metric(matrix, "ece", {"ce": 0.10001, "crt": 0.10002})
    assert marks(scope_of(matrix), "ece", condition) == {}


def test_no_other_point_beats_those_on_the_front():
    assert front([(1, 5), (2, 5), (2, 6), (3, 6), (0.5, 1)]) == [True, False, True, False, True]


def test_equal_points_are_on_the_front_together():
    assert front([(1, 5), (1, 5), (2, 4)]) == [True, True, False]


def test_a_point_that_costs_the_same_and_scores_less_is_not_on_the_front():
    assert front([(1, 5), (1, 4)]) == [True, False]


def test_methods_without_a_value_have_no_place_and_come_last(tmp_path):
    scores = {("absent", "10"): [None], ("ce", "10"): [0.5], ("best", "10"): [0.7]}
    high, low = whole(scored(tmp_path / "high", scores)), whole(scored(tmp_path / "low", scores, "ece"))
    assert order(high, "balanced_accuracy") == [("best", 1), ("ce", 2), ("absent", None)]
    assert order(low, "ece") == [("ce", 1), ("best", 2), ("absent", None)]


def test_methods_of_one_place_stay_in_the_order_of_the_report_and_lead_together(tmp_path):
    scope = whole(scored(tmp_path, {("z", "10"): [0.5], ("low", "10"): [0.1], ("a", "10"): [0.5]}))
    assert order(scope, "balanced_accuracy") == [("z", 1), ("a", 1), ("low", 3)]
    assert leaders(scope, "balanced_accuracy") == ["z", "a"]
    assert leaders(scope, "balanced_accuracy", ("low", "a")) == ["a"]
    assert leaders(scope, "balanced_accuracy", ("low",)) == ["low"]


def test_the_order_is_by_the_mean_and_not_by_the_average_rank(tmp_path):
    values = {"often": (0.6, 0.6, 0.2), "high": (0.5, 0.5, 0.9), "low": (0.1, 0.1, 0.1)}
    scores = {(m, ir): [v[i]] for m, v in values.items() for i, ir in enumerate(("10", "50", "100"))}
    scope = whole(scored(tmp_path, scores))
    assert order(scope, "balanced_accuracy") == [("high", 1), ("often", 2), ("low", 3)]
    assert average_ranks(scope, "balanced_accuracy") == pytest.approx({"high": 5 / 3, "often": 4 / 3, "low": 3})


def test_each_average_rank_belongs_to_its_method(tmp_path):
    values = {"ce": (0.1, 0.2), "best": (0.9, 0.8), "second": (0.5, 0.6)}
    scores = {(method, ir): [pair[i]] for method, pair in values.items() for i, ir in enumerate(("10", "100"))}
    high, low = whole(scored(tmp_path / "high", scores, "macro_f1")), whole(scored(tmp_path / "low", scores, "nll"))
    assert average_ranks(high, "macro_f1") == {"ce": 3, "best": 1, "second": 2}
    assert average_ranks(low, "nll") == {"ce": 1, "best": 3, "second": 2}


def test_a_metric_that_is_not_tested_has_places_and_no_average_ranks(tmp_path):
    scores = {(m, ir): [v] for m, v in {"ce": 100, "small": 50, "large": 200}.items() for ir in ("10", "100")}
    scope = whole(scored(tmp_path, scores, "num_parameters"))
    assert order(scope, "num_parameters") == [("small", 1), ("ce", 2), ("large", 3)]
    assert average_ranks(scope, "num_parameters") == {}


MEANS = {("ce", "10"): [0.5], ("a", "10"): [0.7], ("b", "10"): [0.6], ("same", "10"): [0.7], ("absent", "10"): [None]}


def test_the_best_and_the_second_best_of_a_condition_are_marked_and_no_other(tmp_path):
    high, low = whole(scored(tmp_path / "high", MEANS)), whole(scored(tmp_path / "low", MEANS, "nll"))
    assert marks(high, "balanced_accuracy", ("d", "10")) == {"a": "best", "same": "best", "b": "second"}
    assert marks(low, "nll", ("d", "10")) == {"ce": "best", "b": "second"}


def test_negative_numbers_are_marked_too(tmp_path):
    scope = whole(scored(tmp_path, {("ce", "10"): [-0.5], ("a", "10"): [-1.5]}, "nll"))
    assert marks(scope, "nll", ("d", "10")) == {"a": "best", "ce": "second"}
