"""The first screen: what leads, what it gains and costs, what is missing, and a sentence for a paper."""

import pytest
from unit.report._scores import scored

from ltsei.report.analysis import analyse
from ltsei.report.number_text import interval
from ltsei.report.page.conclusions import conclusions, cost, draft, missing, tail_and_head
from ltsei.report.scopes import whole

NAME = "balanced_accuracy"
NOISE = [0.01, -0.01, 0.02, -0.02]


def groups(balanced, few, many, noise=1):
    """Return metrics of four seeds around three accuracies."""
    values = {NAME: balanced, "few_accuracy": few, "many_accuracy": many}
    return {name: [value + noise * each for each in NOISE] for name, value in values.items()}


@pytest.fixture
def scope(tmp_path):
    scores = {("ce", "10"): groups(0.5, 0.1, 0.9, 0), ("ce", "100"): groups(0.4, 0.1, 0.9, 0)}
    scores |= {("a", "10"): groups(0.7, 0.4, 0.9), ("a", "100"): groups(0.6, 0.4, 0.9)}
    return whole(scored(tmp_path, scores))


def test_the_leader_gains_on_the_tail_and_pays_on_the_head(scope):
    text = tail_and_head(scope, NAME)
    assert text.startswith(
        "a against ce: few-shot accuracy +30.0 points, 95 % CI [+27.1, +32.9]; many-shot accuracy 0.0 points, "
    )
    assert text.endswith("no clear change. The same class may be in another group at another ratio.")


def test_the_intervals_of_the_groups_are_corrected_for_all_comparisons_like_those_of_the_other_tabs(tmp_path):
    scores = {("ce", "10"): groups(0.5, 0.1, 0.9, 0), ("a", "10"): groups(0.7, 0.4, 0.9)}
    scope = whole(scored(tmp_path, scores | {("b", "10"): groups(0.6, 0.3, 0.9)}))
    comparison = analyse(scope, "few_accuracy").comparisons["a"]
    ends = interval(comparison.low, comparison.high, "fraction")
    assert f"few-shot accuracy +30.0 points, 95 % CI {ends};" in tail_and_head(scope, NAME)


def test_a_control_that_leads_is_not_compared_with_itself(tmp_path):
    scope = whole(scored(tmp_path, {("ce", "10"): [0.5], ("a", "10"): [0.4]}))
    assert tail_and_head(scope, NAME) == "ce, the control, leads itself."
    assert draft(scope, NAME) == ""


def test_without_few_and_many_shot_accuracy_the_comparison_says_so(tmp_path):
    scope = whole(scored(tmp_path, {("ce", "10"): [0.4], ("a", "10"): [0.5]}))
    assert tail_and_head(scope, NAME) == "The accuracies by group of a and ce cannot be compared."


def test_unknown_wall_times_are_not_mentioned(scope):
    assert cost(scope, NAME) == ""
    assert [heading for heading, _ in conclusions(scope, NAME)] == ["Who leads", "Tail and head", "Limits"]


def test_wall_times_are_compared_with_the_control(full, scope_of):
    assert "times the" in cost(scope_of(full), NAME)


def test_missing_cells_single_data_sets_and_few_seeds_are_named(scope, tmp_path, full, scope_of):
    assert missing(scope) == "All results are from d: they say nothing about other data sets."
    assert "There is one seed" in missing(whole(scored(tmp_path / "one", {("ce", "10"): [0.5]})))
    text = missing(scope_of(full))
    assert text.startswith("Of 51 cells: 1 stopped; their numbers are left out. 1 of 51 cells are out of date.")
    assert text.endswith("There are 2 seeds: intervals and tests need 3.")


def test_the_sentence_for_a_paper_has_numbers_seeds_and_test(scope):
    text = draft(scope, NAME)
    assert text.startswith(
        "On d (imbalance ratios 10 and 100), a had a mean balanced accuracy (mAcc) of 65.0 %, against 45.0 % for ce "
        "(mean paired difference +20.0 points, 95 % CI [+17.1, +22.9], n = 4 seeds, t-test over seeds"
    )
    assert "; few-shot accuracy +30.0 points, 95 % CI [+27.1, +32.9]; many-shot accuracy 0.0 points" in text


def test_without_enough_seeds_the_sentence_says_not_tested(tmp_path):
    text = draft(whole(scored(tmp_path, {("ce", "10"): [0.4, 0.41], ("a", "10"): [0.5, 0.51]})), NAME)
    assert "n = 2 seeds, not tested)" in text
