"""The difference from the control in every seed."""

import pytest
from unit.report._scores import scored

from ltsei.report.scopes import whole
from ltsei.report.seed_differences import seed_differences
from ltsei.report.verdicts import verdict


def test_the_difference_of_a_seed_is_a_mean_over_conditions(tmp_path):
    scores = {("ce", "10"): [0.5, 0.5], ("ce", "100"): [0.3, 0.3], ("a", "10"): [0.6, 0.5], ("a", "100"): [0.6, 0.3]}
    differences = seed_differences(whole(scored(tmp_path, scores)), "balanced_accuracy")
    assert differences == {"a": {0: pytest.approx(0.2), 1: pytest.approx(0)}}


def test_a_seed_that_lacks_a_condition_is_left_out(tmp_path):
    scores = {("ce", "10"): [0.5, 0.5], ("ce", "100"): [0.3, 0.3], ("a", "10"): [0.6, 0.5], ("a", "100"): [None, 0.3]}
    differences = seed_differences(whole(scored(tmp_path, scores)), "balanced_accuracy")
    assert list(differences["a"]) == [1]


def test_the_difference_of_an_error_has_its_own_sign(tmp_path):
    scores = {("ce", "10"): [0.2], ("a", "10"): [0.1]}
    differences = seed_differences(whole(scored(tmp_path, scores, "ece")), "ece")
    assert differences == {"a": {0: pytest.approx(-0.1)}}


def test_without_a_control_there_is_no_difference(tmp_path):
    assert seed_differences(whole(scored(tmp_path, {("a", "10"): [0.1]}, control="nobody")), "balanced_accuracy") == {}


def test_without_a_comparison_there_is_no_verdict():
    assert verdict(None, "ece") == ""
