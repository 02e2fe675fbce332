"""How the best method was chosen, and which others cannot be distinguished from it."""

import dataclasses

import numpy as np
import pytest
from scipy import stats
from unit.report._scores import scored

from ltsei.report.ranking import standings
from ltsei.report.scopes import whole
from ltsei.report.selection import selection, selection_text

STEPS = [i / 1000 for i in range(12)]
SCORES = {
    ("worse", "10"): [0.5 + s for s in STEPS],
    ("near", "10"): [0.8 + (s if i % 2 else 2.5 * s) for i, s in enumerate(STEPS)],
    ("best", "10"): [0.8 + 2 * s for s in STEPS],
}
"""The differences between `best` and `near` have both signs; `worse` always loses."""
TEST = "t-test over seeds, corrected for 2 comparisons"


def scope_of(root, scores, name="balanced_accuracy"):
    return whole(scored(root, scores, name))


def text_of(scope, name="balanced_accuracy", methods=None):
    return selection_text(scope, selection(scope, name, methods))


def test_the_methods_like_the_best_are_named(tmp_path):
    scope = scope_of(tmp_path, SCORES)
    chosen = selection(scope, "balanced_accuracy")
    assert (list(chosen.best), chosen.among, list(chosen.alike)) == (["best"], 3, ["near"])
    assert text_of(scope) == (
        f"It was chosen on the test data, as the best of 3 methods. Not distinguishable from it ({TEST}): near."
    )


def test_where_all_others_differ_none_is_named(tmp_path):
    scores = {key: values for key, values in SCORES.items() if key[0] != "near"}
    assert text_of(scope_of(tmp_path, scores)) == (
        "It was chosen on the test data, as the best of 2 methods. All others can be distinguished from it "
        "(t-test over seeds, corrected for 1 comparison)."
    )


def test_the_best_of_an_error_is_the_lowest(tmp_path):
    chosen = selection(scope_of(tmp_path, SCORES, "ece"), "ece")
    assert (list(chosen.best), list(chosen.alike)) == (["worse"], [])


def behind(others):
    """Return scores of `best` and others behind it, each by differences with p .02 alone, over six seeds."""
    best = [0.8, 0.82, 0.81, 0.83, 0.8, 0.82]
    gap = stats.t.isf(0.01, 5) * stats.sem([-0.01, 0.01] * 3)
    values = [v - gap - 0.01 * (-1) ** i for i, v in enumerate(best)]
    return {("best", "10"): best} | {(f"m{k}", "10"): values for k in range(others)}


@pytest.mark.parametrize(("others", "distinguished"), [(1, True), (2, True), (3, False)])
def test_p_is_corrected_for_the_number_of_other_methods(tmp_path, others, distinguished):
    chosen = selection(scope_of(tmp_path, behind(others)), "balanced_accuracy")
    assert (chosen.best, len(chosen.alike)) == (["best"], 0 if distinguished else others)


def test_the_method_that_is_best_in_truth_is_rarely_left_out(tmp_path):
    """`true` is as good as nine others, one of which leads by chance in most trials."""
    rng = np.random.default_rng(0)
    names = ["true", *(f"m{k}" for k in range(9))]
    left_out = []
    for trial in range(25):
        scores = {(name, "10"): rng.normal(0.5, 0.1, size=5).tolist() for name in names}
        chosen = selection(scope_of(tmp_path / str(trial), scores), "balanced_accuracy")
        left_out.append("true" not in {*chosen.best, *chosen.alike})
    assert np.mean(left_out) <= 0.05


def test_a_method_that_is_better_where_both_have_runs_is_alike(tmp_path):
    """The mean of `best` is higher by its last seed alone, which `other` lacks."""
    scores = {("best", "10"): [0.1, 0.12, 0.11, 0.13, 9.0], ("other", "10"): [0.5, 0.53, 0.5, 0.54, None]}
    chosen = selection(scope_of(tmp_path, scores), "balanced_accuracy")
    assert (list(chosen.best), list(chosen.alike)) == (["best"], ["other"])


def test_a_method_without_a_shared_run_is_not_distinguished_and_one_without_a_mean_not_counted(tmp_path):
    scores = {("best", "10"): [0.9, None], ("other", "10"): [None, 0.1], ("absent", "10"): [None, None]}
    chosen = selection(scope_of(tmp_path, scores), "balanced_accuracy")
    assert (chosen.among, list(chosen.alike)) == (2, ["other"])


def test_an_alias_shares_the_place_and_does_not_count_as_a_method(tmp_path):
    results = scored(tmp_path, SCORES)
    twins = [
        dataclasses.replace(cell, files=dataclasses.replace(cell.files, method="again"))
        for cell in results.cells
        if cell.files.method == "best"
    ]
    twin = dataclasses.replace(next(m for m in results.methods if m.name == "best"), name="again", label="again")
    results = dataclasses.replace(results, cells=[*results.cells, *twins], methods=[*results.methods, twin])
    chosen = selection(whole(results), "balanced_accuracy")
    assert (list(chosen.best), chosen.among, list(chosen.alike)) == (["best", "again"], 3, ["near"])


def test_a_selection_can_be_limited_to_some_methods(tmp_path):
    scope = scope_of(tmp_path, SCORES)
    chosen = selection(scope, "balanced_accuracy", ("worse", "near"))
    assert (list(chosen.best), chosen.among, list(chosen.alike)) == (["near"], 2, [])
    assert text_of(scope, methods=("worse",)) == ""


@pytest.mark.parametrize("name", ["num_parameters", "many_classes"])
def test_a_metric_that_is_not_tested_has_no_selection(tmp_path, name):
    assert selection(scope_of(tmp_path, {("ce", "10"): [1.0], ("crt", "10"): [2.0]}, name), name) is None


def test_without_values_there_is_no_selection(tmp_path):
    scope = scope_of(tmp_path, {("ce", "10"): [None]})
    assert selection(scope, "balanced_accuracy") is None
    assert [each.place for each in standings(scope, "balanced_accuracy")] == [None]


def test_a_method_like_one_of_two_that_share_the_first_place_is_named(tmp_path):
    """`wide` wins and loses against `behind`, `steady` always wins."""
    steady = [0.5 + s for s in STEPS]
    turned = [0.5 + s for s in reversed(STEPS)]
    behind = [v - 0.001 * (i + 1) / 20 for i, v in enumerate(steady)]
    scope = scope_of(tmp_path, {("steady", "10"): steady, ("wide", "10"): turned, ("behind", "10"): behind})
    chosen = selection(scope, "balanced_accuracy")
    assert (list(chosen.best), chosen.among, list(chosen.alike)) == (["steady", "wide"], 3, ["behind"])
    assert list(selection(scope, "balanced_accuracy", ("steady", "behind")).alike) == []


def test_methods_that_share_the_first_place_are_no_others(tmp_path):
    scores = {("a", "10"): [0.5, 0.6], ("b", "10"): [0.6, 0.5]}
    assert text_of(scope_of(tmp_path / "two", scores)) == "They were chosen on the test data, as the best of 2 methods."


def test_several_methods_like_the_best_are_named_best_first(tmp_path):
    closer = [0.8 + (s if i % 2 else 2.6 * s) for i, s in enumerate(STEPS)]
    text = text_of(scope_of(tmp_path, SCORES | {("closer", "10"): closer}))
    assert text.endswith("): closer, near.")
