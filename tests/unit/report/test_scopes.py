"""Means over the conditions of a scope, and which conditions count."""

import pytest
from unit.report._scores import scored

from ltsei.report.condition_text import left_out_of, mean_over, where
from ltsei.report.scopes import whole

SCORES = {
    ("ce", "10"): {"few_accuracy": [None, None], "many_accuracy": [0.9, 0.8]},
    ("ce", "50"): {"few_accuracy": [0.4, 0.2], "many_accuracy": [0.8, 0.8]},
    ("ce", "100"): {"few_accuracy": [0.1, 0.1], "many_accuracy": [0.6, 0.6]},
    ("part", "10"): {"few_accuracy": [None, None], "many_accuracy": [0.9, 0.9]},
    ("part", "50"): {"few_accuracy": [0.9, 0.9], "many_accuracy": [0.9, 0.9]},
    ("part", "100"): {"few_accuracy": [None, None], "many_accuracy": [0.9, 0.9]},
}
"""At ratio 10 few-shot accuracy is undefined for every method, at ratio 100 for `part` alone."""


@pytest.fixture
def scope(tmp_path):
    return whole(scored(tmp_path, SCORES))


def test_a_condition_without_a_value_of_any_method_does_not_count(scope):
    assert scope.conditions_of("few_accuracy") == [("d", "50"), ("d", "100")]
    assert len(scope.conditions_of("many_accuracy")) == 3
    assert scope.conditions_of("many_accuracy", "few_accuracy") == [("d", "50"), ("d", "100")]
    assert scope.conditions_of("g_mean") == []


def test_a_mean_is_over_the_conditions_that_count(scope):
    assert scope.mean("few_accuracy", "ce") == pytest.approx((0.3 + 0.1) / 2)
    assert scope.mean("many_accuracy", "ce") == pytest.approx((0.85 + 0.8 + 0.6) / 3)
    assert scope.mean("many_accuracy", "ce", [("d", "50"), ("d", "100")]) == pytest.approx(0.7)


def test_a_method_without_a_value_under_a_condition_that_counts_has_no_mean(scope):
    assert scope.mean("few_accuracy", "part") is None
    assert scope.mean("g_mean", "ce") is None


def test_a_condition_that_has_not_run_yet_does_not_count(tmp_path):
    scope = whole(scored(tmp_path, {("ce", "10"): [0.5], ("a", "10"): [0.6], ("ce", "100"): ["missing"]}))
    assert scope.conditions_of("balanced_accuracy") == [("d", "10")]


def test_every_condition_weighs_the_same_whatever_its_seeds(tmp_path):
    scope = whole(scored(tmp_path, {("ce", "10"): [0.2, 0.2, 0.2], ("ce", "100"): [0.8, None, "missing"]}))
    assert scope.mean("balanced_accuracy", "ce") == pytest.approx(0.5)


def test_a_reader_is_told_how_many_conditions_count_and_which_do_not(scope, tmp_path):
    assert where(scope, "few_accuracy") == "mean over 2 of 3 conditions (without values: ratio 10)"
    assert where(scope, "many_accuracy") == where(scope) == "mean over 3 conditions"
    assert mean_over(scope, "few_accuracy", "many_accuracy") == "mean over 2 of 3 conditions"
    assert (left_out_of(scope, "few_accuracy"), left_out_of(scope, "many_accuracy")) == (["ratio 10"], [])
    one = whole(scored(tmp_path / "one", {("ce", "10"): [0.5]}))
    assert (where(one, "balanced_accuracy"), mean_over(one, "balanced_accuracy")) == (
        "d, ratio 10",
        "mean over 1 condition",
    )
