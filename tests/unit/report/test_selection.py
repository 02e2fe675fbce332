"""How the best method was chosen, and which others cannot be distinguished from it."""

import dataclasses

import pytest
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
TEST = "signed-rank tests, corrected for all pairs of methods"


def scope_of(root, scores, name="balanced_accuracy"):
    return whole(scored(root, scores, name))


def text_of(scope, name="balanced_accuracy", methods=None):
    return selection_text(scope, selection(scope, name, methods))


def test_the_methods_like_the_best_are_named(tmp_path):
    scope = scope_of(tmp_path, SCORES)
    chosen = selection(scope, "balanced_accuracy")
    assert (list(chosen.best), chosen.among, list(chosen.alike)) == (["best"], 3, ["near"])
    assert text_of(scope) == (f"Chosen on the test data among 3 methods. Not distinguishable from it ({TEST}): near.")


def test_where_all_others_differ_none_is_named(tmp_path):
    scores = {key: values for key, values in SCORES.items() if key[0] != "near"}
    assert text_of(scope_of(tmp_path, scores)) == (
        f"Chosen on the test data among 2 methods. All others can be distinguished from it ({TEST})."
    )


def test_the_best_of_an_error_is_the_lowest(tmp_path):
    chosen = selection(scope_of(tmp_path, SCORES, "ece"), "ece")
    assert (list(chosen.best), list(chosen.alike)) == (["worse"], [])


def test_p_is_corrected_for_all_pairs_since_the_same_results_chose_the_best(tmp_path):
    """Eight wins in eight runs have p = 2 / 2^8: significant for three pairs of methods, not for ten."""
    runs = [i / 1000 for i in range(8)]
    few = {(f"m{k}", "10"): [0.1 * k + (k + 1) * s for s in runs] for k in range(3)}
    many = {(f"m{k}", "10"): [0.1 * k + (k + 1) * s for s in runs] for k in range(5)}
    assert list(selection(scope_of(tmp_path / "few", few), "balanced_accuracy").alike) == []
    seven = {key: values[:7] for key, values in few.items()}
    assert 3 * 2 / 2**7 < 0.05 < 10 * 2 / 2**8
    assert list(selection(scope_of(tmp_path / "seven", seven), "balanced_accuracy").alike) == []
    assert list(selection(scope_of(tmp_path / "many", many), "balanced_accuracy").alike) == ["m3", "m2", "m1", "m0"]


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


def test_all_pairs_of_three_methods_are_three(tmp_path):
    """Six wins in six runs have p = 2 / 2^6, significant for one pair of methods, not for three."""
    runs = [i / 1000 for i in range(6)]
    scores = {(f"m{k}", "10"): [0.1 * k + (k + 1) * s for s in runs] for k in range(3)}
    scope = scope_of(tmp_path, scores)
    assert 2 / 2**6 < 0.05 < 3 * 2 / 2**6
    assert list(selection(scope, "balanced_accuracy").alike) == ["m1", "m0"]
    assert text_of(scope) == f"Chosen on the test data among 3 methods. No other can be distinguished from it ({TEST})."
    assert list(selection(scope, "balanced_accuracy", ("m0", "m1")).alike) == []


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
    assert text_of(scope_of(tmp_path / "two", scores)) == "Chosen on the test data among 2 methods."


def test_several_methods_like_the_best_are_named_best_first(tmp_path):
    closer = [0.8 + (s if i % 2 else 2.6 * s) for i, s in enumerate(STEPS)]
    text = text_of(scope_of(tmp_path, SCORES | {("closer", "10"): closer}))
    assert text.endswith("): closer, near.")
