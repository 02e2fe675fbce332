"""What the page states in words about the results."""

import dataclasses

from scipy import stats
from unit.report._matrix import fake_matrix
from unit.report._scores import scored

from ltsei.core import files
from ltsei.evaluation import student
from ltsei.report.charts.chart import Chart
from ltsei.report.number_text import shown
from ltsei.report.page.sentences import (
    absent_classes,
    answer,
    differences_hint,
    front_hint,
    question,
    significance_hint,
)
from ltsei.report.page.statistics_sentences import friedman, friedman_hints, limits
from ltsei.report.scopes import whole


def set_accuracy(matrix, spread=0.0, **values):
    """Give every cell of a method a balanced accuracy; that of `crt` varies by `spread` from seed to seed."""
    for cell in matrix.cells:
        value = values[cell.method] + cell.seed / 10000 + (spread * (-1) ** cell.seed if cell.method == "crt" else 0)
        files.write_json(cell.metrics, {**files.read_json(cell.metrics), "balanced_accuracy": value})


def test_the_question_counts_methods_and_classes_and_names_the_ratios(full, scope_of):
    assert question(scope_of(full)) == (
        "Fake results: which of 12 methods best tells 20 or 5 classes apart when the most frequent class has 10 to "
        "130.4 times as many training signals as the rarest?"
    )


def test_the_answer_names_the_best_method_and_whether_its_lead_is_significant(matrix, scope_of):
    set_accuracy(matrix, ce=0.5, crt=0.6)
    text = answer(scope_of(matrix), "balanced_accuracy")
    assert text.startswith(
        "Best by balanced accuracy (mAcc), adsb_synth, ratio 100: crt, 60.0 %. It was chosen on the test data, as the "
        "best of 2 methods. No other can be distinguished from it (t-test over seeds, corrected for 1 comparison). "
        "Difference from ce: +10.0"
    )
    assert text.endswith("over 2 seeds (2 paired runs), not tested: fewer than 3 seeds.")


def test_the_answer_names_all_methods_of_a_tie(matrix, scope_of):
    set_accuracy(matrix, ce=0.5, crt=0.5)
    assert answer(scope_of(matrix), "balanced_accuracy").endswith(
        ": ce and crt, 50.0 %. They were chosen on the test data, as the best of 2 methods."
    )


def test_the_answer_has_no_difference_if_the_control_is_best(matrix, scope_of):
    set_accuracy(matrix, ce=0.6, crt=0.5)
    text = answer(scope_of(matrix), "balanced_accuracy")
    assert ": ce, 60.0 %. It was chosen on the test data, as the best of 2 methods." in text
    assert "Difference" not in text


def test_a_metric_without_a_better_direction_has_no_answer(matrix, scope_of):
    assert answer(scope_of(matrix), "many_classes") == ""


def test_a_large_difference_over_many_seeds_is_significant(tmp_path, scope_of):
    matrix = fake_matrix(tmp_path, methods=("ce", "crt"), ratios=("10",), seeds=range(8), natural=False, num_classes=6)
    set_accuracy(matrix, spread=0.08, ce=0.5, crt=0.6)
    scope = scope_of(matrix)
    p = stats.ttest_1samp([0.18, 0.02] * 4, 0).pvalue
    assert f", significant (corrected p {shown(p, 'p')})." in answer(scope, "balanced_accuracy")
    assert significance_hint(scope, "balanced_accuracy").endswith("(corrected p < .05).")
    assert limits(scope, "balanced_accuracy")[0].startswith("Methods share up to 8 seeds with the control")
    size = shown(student.detectable(stats.sem([0.18, 0.02] * 4), 7, 0.05), "fraction")
    assert (
        f"A true difference of {size} points, depending on the method, would be"
        in limits(scope, "balanced_accuracy")[0]
    )


def test_a_difference_that_is_the_same_for_all_seeds_is_not_tested(tmp_path, scope_of):
    matrix = fake_matrix(tmp_path, methods=("ce", "crt"), ratios=("10",), seeds=range(3), natural=False, num_classes=6)
    set_accuracy(matrix, ce=0.5, crt=0.6)
    assert answer(scope_of(matrix), "balanced_accuracy").endswith("not tested: the seeds do not differ.")


def test_with_too_few_seeds_no_difference_can_be_significant(matrix, scope_of):
    scope = scope_of(matrix)
    assert significance_hint(scope, "balanced_accuracy").endswith(
        "No difference can be significant here: there are 2 seeds per condition, and 3 are needed."
    )
    assert limits(scope, "balanced_accuracy")[0].startswith(
        "Methods share up to 2 seeds with the control under every condition. p and"
    )


def test_a_method_that_learns_from_the_test_signals_is_named(matrix, scope_of):
    cells = [dataclasses.replace(cell, is_transductive=cell.method == "crt") for cell in matrix.cells]
    hint = significance_hint(scope_of(dataclasses.replace(matrix, cells=cells)), "balanced_accuracy")
    assert hint.startswith("crt: learnt from all test signals, without labels. ▲ and ▼")


def test_without_a_shared_seed_there_is_no_comparison(matrix, scope_of):
    seeds = {"ce": 0, "crt": 1}
    scope = scope_of(matrix, cells=[cell for cell in matrix.cells if cell.seed == seeds[cell.method]])
    assert differences_hint(scope, "balanced_accuracy") == (
        "No method shares a seed with ce under every condition with values."
    )


def test_the_friedman_test_says_what_it_needs(matrix, scope_of):
    assert "It is not defined here" in friedman(scope_of(matrix), "balanced_accuracy")
    assert friedman_hints(scope_of(matrix), "balanced_accuracy") == []


def test_the_friedman_test_names_aliases_and_methods_that_are_not_ranked(full, scope_of):
    twins = [dataclasses.replace(cell, method="again", title="") for cell in full.cells if cell.method == "focal"]
    scope = scope_of(full, cells=[*full.cells, *twins])
    hints = " ".join(friedman_hints(scope, "balanced_accuracy"))
    assert "Friedman χ² =" in friedman(scope, "balanced_accuracy")
    assert "Aliases share their results and take part once: again = focal." in hints
    assert "Not ranked, without results under every condition: ldam_drw" in hints


def test_classes_without_test_signals_are_counted():
    assert absent_classes([0.5, None]) == "Not shown: 1 class without test signals, whose recall is undefined."
    assert absent_classes([None, None]).startswith("Not shown: 2 classes without test signals")
    assert absent_classes([0.5, 1.0]) == ""


UNDEFINED = {
    **{(method, "10"): {"few_accuracy": [None] * 2, "many_accuracy": [0.9] * 2} for method in ("ce", "a", "b")},
    **{(method, "50"): {"few_accuracy": [v] * 2, "many_accuracy": [v] * 2} for method, v in (("a", 0.4), ("b", 0.3))},
    **{(method, "100"): {"few_accuracy": [v] * 2, "many_accuracy": [v] * 2} for method, v in (("a", 0.2), ("b", 0.1))},
    **{("ce", ir): {"few_accuracy": [0.1] * 2, "many_accuracy": [0.7] * 2} for ir in ("50", "100")},
}
LEFT_OUT = "mean over 2 of 3 conditions (without values: ratio 10)"


def test_every_sentence_about_a_metric_says_which_conditions_it_leaves_out(tmp_path):
    scope = whole(scored(tmp_path, UNDEFINED))
    assert answer(scope, "few_accuracy").startswith(f"Best by few-shot accuracy, {LEFT_OUT}: a, 30.0 %.")
    assert LEFT_OUT in differences_hint(scope, "few_accuracy")
    chart = Chart("pareto", {"rows": [{"front": False}]})
    assert front_hint(scope, "few_accuracy", chart).startswith(f"Few-shot accuracy, %, {LEFT_OUT}. No line")
    assert significance_hint(scope, "few_accuracy").startswith(
        f"Average ranks and differences: {LEFT_OUT}. ▲ and ▼ mark"
    )


def test_the_friedman_test_says_which_conditions_it_leaves_out(tmp_path):
    second = {(method, ir, "e"): values for (method, ir), values in UNDEFINED.items()}
    scope = whole(scored(tmp_path, UNDEFINED | second))
    assert "on each of N = 2 data sets" in friedman(scope, "few_accuracy")
    hints = friedman_hints(scope, "few_accuracy")
    assert "Left out, without values of any method: d, ratio 10, e, ratio 10." in hints


def test_the_ratios_of_one_data_set_have_ranks_and_a_reason_why_they_are_not_tested(tmp_path):
    scope = whole(scored(tmp_path, UNDEFINED))
    assert friedman(scope, "many_accuracy").startswith(
        "Average ranks over the conditions of one data set are shown without"
    )
    assert friedman_hints(scope, "many_accuracy") == []


def test_a_metric_that_every_condition_defines_leaves_none_out(tmp_path):
    scope = whole(scored(tmp_path, UNDEFINED))
    assert "mean over 3 conditions: " in answer(scope, "many_accuracy")
    assert significance_hint(scope, "many_accuracy").startswith("▲ and ▼ mark")
    assert not any("Left out" in hint for hint in friedman_hints(scope, "many_accuracy"))


def test_the_conditions_left_out_are_named_without_a_control_too(tmp_path):
    scope = whole(scored(tmp_path, UNDEFINED, control="nobody"))
    assert significance_hint(scope, "few_accuracy") == f"Average ranks and differences: {LEFT_OUT}."
    assert significance_hint(scope, "many_accuracy") == ""


def test_a_best_method_that_shares_no_seed_with_the_control_under_some_condition_is_not_compared(tmp_path):
    scores = {("ce", "10"): [0.1, None], ("ce", "100"): [0.1, 0.1], ("a", "10"): [None, 0.9], ("a", "100"): [0.9, 0.9]}
    assert answer(whole(scored(tmp_path, scores)), "balanced_accuracy").endswith(
        "It is not compared with ce: they share no seed under some condition."
    )
