"""Ranks, places, marks and the Pareto front."""

import pytest
from unit.report._scores import scored

from ltsei.core import files
from ltsei.report.ranking import front, marks, places, ranks
from ltsei.report.scopes import whole


def set_metric(matrix, name, values):
    """Give every cell of a method the value of a metric."""
    for cell in matrix.cells:
        files.write_json(cell.metrics, {**files.read_json(cell.metrics), name: values[cell.method]})


def test_equal_scores_share_a_place_and_undefined_ones_have_none():
    assert places([0.5, None, 0.7, 0.5]) == [2, None, 1, 2]


def test_under_one_condition_the_rank_is_the_place_by_the_mean(matrix, scope_of):
    set_metric(matrix, "ece", {"ce": 0.1, "crt": 0.2})
    set_metric(matrix, "balanced_accuracy", {"ce": 0.1, "crt": 0.2})
    assert ranks(scope_of(matrix), "ece") == {"ce": 1, "crt": 2}
    assert ranks(scope_of(matrix), "balanced_accuracy") == {"ce": 2, "crt": 1}


def test_a_metric_without_a_better_direction_has_neither_ranks_nor_marks(matrix, scope_of):
    scope = scope_of(matrix)
    assert ranks(scope, "many_classes") == {}
    assert marks(scope, "many_classes", scope.conditions[0]) == {}


def test_over_several_conditions_the_rank_is_the_average_rank(full, scope_of):
    ranking = ranks(scope_of(full, blocks=[{"name": "", "title": "", "control": "ce"}]), "balanced_accuracy")
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


def test_under_one_condition_methods_without_a_value_have_no_rank(tmp_path):
    scores = {("ce", "10"): [0.5], ("absent", "10"): [None], ("best", "10"): [0.7]}
    assert ranks(whole(scored(tmp_path / "high", scores)), "balanced_accuracy") == {"best": 1, "ce": 2}
    assert ranks(whole(scored(tmp_path / "low", scores, "ece")), "ece") == {"ce": 1, "best": 2}


def test_over_several_conditions_each_rank_belongs_to_its_method(tmp_path):
    values = {"ce": (0.1, 0.2), "best": (0.9, 0.8), "second": (0.5, 0.6)}
    scores = {(method, ir): [pair[i]] for method, pair in values.items() for i, ir in enumerate(("10", "100"))}
    assert ranks(whole(scored(tmp_path / "high", scores, "macro_f1")), "macro_f1") == {"ce": 3, "best": 1, "second": 2}
    assert ranks(whole(scored(tmp_path / "low", scores, "nll")), "nll") == {"ce": 1, "best": 3, "second": 2}


def test_a_metric_that_is_not_tested_has_ranks_under_one_condition_alone(tmp_path):
    one = {("ce", "10"): [100], ("small", "10"): [50]}
    several = one | {("ce", "100"): [100], ("small", "100"): [50], ("large", "10"): [200], ("large", "100"): [200]}
    assert ranks(whole(scored(tmp_path / "one", one, "num_parameters")), "num_parameters") == {"small": 1, "ce": 2}
    assert ranks(whole(scored(tmp_path / "all", several, "num_parameters")), "num_parameters") == {}


MEANS = {("ce", "10"): [0.5], ("a", "10"): [0.7], ("b", "10"): [0.6], ("same", "10"): [0.7], ("absent", "10"): [None]}


def test_the_best_and_the_second_best_of_a_condition_are_marked_and_no_other(tmp_path):
    high, low = whole(scored(tmp_path / "high", MEANS)), whole(scored(tmp_path / "low", MEANS, "nll"))
    assert marks(high, "balanced_accuracy", ("d", "10")) == {"a": "best", "same": "best", "b": "second"}
    assert marks(low, "nll", ("d", "10")) == {"ce": "best", "b": "second"}


def test_negative_numbers_are_marked_too(tmp_path):
    scope = whole(scored(tmp_path, {("ce", "10"): [-0.5], ("a", "10"): [-1.5]}, "nll"))
    assert marks(scope, "nll", ("d", "10")) == {"a": "best", "ce": "second"}
