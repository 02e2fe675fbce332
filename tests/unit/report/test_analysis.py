"""The statistics of a scope: whose ranks and differences they are, and in which direction they point."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from unit.report._scores import scored

from ltsei.evaluation.statistics import Comparison
from ltsei.report.analysis import analyse, is_significant
from ltsei.report.scopes import whole

SCORES = {
    ("ce", "10"): [0.50, 0.52, 0.54],
    ("ce", "100"): [0.30, 0.33, 0.31],
    ("better", "10"): [0.61, 0.60, 0.66],
    ("better", "100"): [0.35, 0.37, 0.32],
    ("mixed", "10"): [0.45, 0.51, 0.56],
    ("mixed", "100"): [0.28, 0.29, 0.34],
}
"""The six differences of `better` from the control are positive, those of `mixed` are not all of one sign."""


def differences(method, control="ce"):
    return np.array([SCORES[method, ir][seed] - SCORES[control, ir][seed] for ir in ("10", "100") for seed in range(3)])


@pytest.mark.parametrize("name", ["balanced_accuracy", "ece"])
@pytest.mark.parametrize("method", ["better", "mixed"])
def test_a_difference_is_the_method_minus_the_control_whichever_direction_is_better(tmp_path, name, method):
    comparison = analyse(whole(scored(tmp_path, SCORES, name)), name).comparisons[method]
    expected = differences(method)
    by_seed = expected.reshape(2, 3).mean(axis=0)
    interval = stats.ttest_1samp(by_seed, 0).confidence_interval(1 - 0.05 / 2)
    within = np.sqrt(expected.reshape(2, 3).var(axis=1, ddof=1).mean())
    assert comparison.n == 6
    assert comparison.mean == pytest.approx(expected.mean())
    assert (comparison.low, comparison.high) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert comparison.effect == pytest.approx(expected.mean() / within)


def test_a_run_improves_on_the_control_where_its_score_is_higher_or_its_error_lower(tmp_path):
    wins = [a > b for ir in ("10", "100") for a in SCORES["better", ir] for b in SCORES["ce", ir]]
    assert 0.5 < np.mean(wins) < 1
    high = analyse(whole(scored(tmp_path / "high", SCORES)), "balanced_accuracy").comparisons["better"]
    low = analyse(whole(scored(tmp_path / "low", SCORES, "ece")), "ece").comparisons["better"]
    assert high.improvement == pytest.approx(np.mean(wins))
    assert low.improvement == pytest.approx(1 - np.mean(wins))


def test_a_single_seed_has_a_difference_without_interval_and_effect(tmp_path):
    results = scored(tmp_path, {("ce", "10"): [0.2], ("better", "10"): [0.1]}, "ece")
    comparison = analyse(whole(results), "ece").comparisons["better"]
    assert comparison.mean == pytest.approx(-0.1)
    assert (comparison.low, comparison.high, comparison.effect) == (None, None, None)


def test_the_lowest_error_and_the_highest_score_have_rank_one(tmp_path):
    high = analyse(whole(scored(tmp_path / "high", SCORES)), "balanced_accuracy")
    low = analyse(whole(scored(tmp_path / "low", SCORES, "ece")), "ece")
    assert high.average_ranks == {"ce": 2.0, "better": 1.0, "mixed": 3.0}
    assert low.average_ranks == {"ce": 2.0, "better": 3.0, "mixed": 1.0}


def test_ranks_and_groups_belong_to_the_methods_with_a_value_under_every_condition(tmp_path):
    values = {"ce": (0.1, 0.2), "absent": (0.9, None), "best": (0.8, 0.7), "second": (0.6, 0.5), "third": (0.3, 0.4)}
    conditions = [("10", "d"), ("100", "e")]
    scores = {
        (method, *condition): [pair[i]] for method, pair in values.items() for i, condition in enumerate(conditions)
    }
    analysis = analyse(whole(scored(tmp_path, scores)), "balanced_accuracy")
    assert analysis.average_ranks == {"ce": 4.0, "best": 1.0, "second": 2.0, "third": 3.0}
    assert analysis.cliques == [["best", "second", "third", "ce"]]
    assert analysis.compared == ["best", "second", "third"]
    assert analysis.comparisons["absent"] == Comparison(n=0)


def test_the_conditions_of_one_data_set_have_ranks_and_no_test(tmp_path):
    analysis = analyse(whole(scored(tmp_path, SCORES)), "balanced_accuracy")
    assert (len(analysis.average_ranks), analysis.ranks_tested) == (3, False)
    assert (analysis.friedman, analysis.cliques) == (None, [])


def test_a_data_set_is_ranked_once_by_its_mean_over_ratios(tmp_path):
    """By single conditions, `a` would be first three times out of four."""
    scores = {(m, ir, d): [0.5] for m in ("ce", "b") for ir in ("10", "100") for d in ("d", "e")}
    scores |= {("a", "10", d): [0.6] for d in ("d", "e")} | {("a", "100", "d"): [0.1], ("a", "100", "e"): [0.6]}
    analysis = analyse(whole(scored(tmp_path, scores)), "balanced_accuracy")
    assert analysis.average_ranks == {"ce": 2.0, "b": 2.0, "a": 2.0}
    assert (analysis.friedman.ranks, analysis.friedman.datasets) == ((2.0, 2.0, 2.0), 2)
    assert analysis.ranks_tested


def test_p_is_corrected_for_the_comparisons_that_have_pairs(tmp_path):
    scores = SCORES | {("absent", "10"): [0.9, 0.9, 0.9], ("absent", "100"): [None, None, None]}
    analysis = analyse(whole(scored(tmp_path, scores)), "balanced_accuracy")
    for method in ("better", "mixed"):
        p = stats.ttest_1samp(differences(method).reshape(2, 3).mean(axis=0), 0).pvalue
        assert analysis.comparisons[method].p == pytest.approx(p)
        assert analysis.comparisons[method].adjusted == pytest.approx(min(1, 2 * p))
    assert analysis.comparisons["absent"].adjusted is None
    assert (analysis.pairs, analysis.seeds) == (6, 3)


def test_a_comparison_with_one_pair_belongs_to_the_family(tmp_path):
    rng = np.random.default_rng(1)
    scores = {(m, "10"): rng.uniform(size=6).tolist() for m in ("ce", "a")} | {("once", "10"): [0.6, *[None] * 5]}
    analysis = analyse(whole(scored(tmp_path, scores)), "balanced_accuracy")
    assert (analysis.pairs, analysis.seeds, analysis.comparisons["once"].n) == (6, 6, 1)
    assert analysis.comparisons["a"].adjusted == pytest.approx(min(1, 2 * analysis.comparisons["a"].p))


def test_the_mean_of_a_single_defined_seed_is_its_value(tmp_path):
    scores = {(m, ir): [v, None] for m, v in {"ce": 0.5, "a": 0.4}.items() for ir in ("10", "100")}
    scores |= {("once", ir): [None, 0.6] for ir in ("10", "100")} | {("twice", ir): [0.3, 0.3] for ir in ("10", "100")}
    analysis = analyse(whole(scored(tmp_path, scores)), "balanced_accuracy")
    assert analysis.average_ranks == {"ce": 2.0, "a": 3.0, "once": 1.0, "twice": 4.0}


def test_the_order_of_the_cells_does_not_matter(tmp_path):
    rng = np.random.default_rng(0)
    results = scored(tmp_path, {(method, "10"): rng.uniform(size=12).tolist() for method in ("ce", "a")})
    turned = replace(results, cells=list(reversed(results.cells)))
    first, second = (analyse(whole(each), "balanced_accuracy").comparisons["a"] for each in (results, turned))
    assert first.n == 12
    assert (first.low, first.high) == (second.low, second.high)


def test_each_condition_counts_once_with_the_mean_over_its_defined_seeds(tmp_path):
    """By single seeds `often` would be first more often; an undefined seed counted as 0 would make it last."""
    scores = {
        **{("ce", ir): [0.50, 0.50, 0.50] for ir in ("10", "100")},
        **{("often", ir): [0.51, 0.51, 0.20] for ir in ("10", "100")},
        **{("holes", ir): [0.60, None, 0.60] for ir in ("10", "100")},
    }
    analysis = analyse(whole(scored(tmp_path, scores)), "balanced_accuracy")
    assert analysis.average_ranks == {"ce": 2.0, "often": 3.0, "holes": 1.0}
    assert analysis.comparisons["holes"].n == 4
    assert analysis.comparisons["holes"].mean == pytest.approx(0.1)


@pytest.mark.parametrize(("gap", "ranks"), [(4e-13, (2.0, 2.0, 2.0)), (4e-12, (3.0, 1.0, 2.0))])
def test_scores_that_differ_by_rounding_alone_share_a_rank_and_a_difference_of_zero(tmp_path, gap, ranks):
    third = [0.3, 0.3 + gap, 0.3 + gap / 2]
    scores = {(m, ir): [third[i]] * 2 for i, m in enumerate(("ce", "a", "b")) for ir in ("10", "100")}
    analysis = analyse(whole(scored(tmp_path, scores)), "balanced_accuracy")
    assert tuple(analysis.average_ranks.values()) == ranks
    assert (analysis.comparisons["a"].mean == 0.0) == (gap < 1e-12)


def test_two_scopes_with_different_controls_have_different_comparisons(tmp_path):
    by_ce = analyse(whole(scored(tmp_path, SCORES)), "balanced_accuracy").comparisons
    by_better = analyse(whole(scored(tmp_path, SCORES, control="better")), "balanced_accuracy").comparisons
    assert set(by_ce) == {"better", "mixed"} and set(by_better) == {"ce", "mixed"}
    assert by_better["ce"].mean == pytest.approx(-by_ce["better"].mean)
    assert by_better["mixed"].mean == pytest.approx(differences("mixed", "better").mean())


def test_without_the_control_there_are_ranks_and_no_comparisons(tmp_path):
    analysis = analyse(whole(scored(tmp_path, SCORES, control="nobody")), "balanced_accuracy")
    assert len(analysis.average_ranks) == 3
    assert (analysis.comparisons, analysis.pairs, analysis.seeds, analysis.compared) == ({}, 0, 0, [])


def test_without_values_nothing_is_ranked_or_compared(tmp_path):
    nothing = {key: ["missing"] * 3 for key in SCORES}
    analysis = analyse(whole(scored(tmp_path, nothing)), "balanced_accuracy")
    assert (list(analysis.ranked), analysis.friedman, analysis.average_ranks, analysis.cliques) == ([], None, {}, [])
    assert (analysis.pairs, analysis.seeds) == (0, 0)


def test_a_report_without_cells_is_analysed_to_nothing(tmp_path):
    analysis = analyse(whole(scored(tmp_path, {})), "balanced_accuracy")
    assert (list(analysis.ranked), analysis.comparisons, analysis.friedman) == ([], {}, None)


@pytest.mark.parametrize(("name", "worse"), [("balanced_accuracy", 0), ("ece", 1)])
def test_a_method_is_better_in_the_direction_of_the_metric(tmp_path, name, worse):
    scores = {("ce", "10"): [0.5, 0.5, 0.5], ("a", "10"): [0.7, 0.71, 0.69]}
    comparison = analyse(whole(scored(tmp_path, scores, name)), name).comparisons["a"]
    assert (comparison.mean, round(comparison.worse)) == (pytest.approx(0.2), worse)
    assert comparison.better + comparison.equivalent + comparison.worse == pytest.approx(1)


def test_a_metric_that_is_no_fraction_has_no_region_of_equivalence(tmp_path):
    scores = {("ce", "10"): [1.5, 1.6, 1.5], ("a", "10"): [1.7, 1.71, 1.69]}
    comparison = analyse(whole(scored(tmp_path, scores, "nll")), "nll").comparisons["a"]
    assert comparison.p is not None and comparison.detectable is not None
    assert comparison.equivalent is None


@pytest.mark.parametrize(
    ("p", "adjusted", "significant"),
    [(0.01, 0.04, True), (0.01, 0.05, False), (0.01, 0.06, False), (None, None, False)],
)
def test_a_difference_is_significant_where_its_corrected_p_is_below_one_in_twenty(p, adjusted, significant):
    assert is_significant(Comparison(n=6, p=p, adjusted=adjusted)) == significant


def test_a_condition_that_no_method_defines_is_left_out_of_ranks_and_comparisons(tmp_path):
    names = dict.fromkeys(method for method, _ in SCORES)
    undefined = {(method, "5"): [None] * 3 for method in names}
    with_it = analyse(whole(scored(tmp_path / "with", SCORES | undefined)), "balanced_accuracy")
    without = analyse(whole(scored(tmp_path / "without", SCORES)), "balanced_accuracy")
    assert with_it == without
    assert (len(with_it.average_ranks), with_it.pairs) == (3, 6)


def test_a_condition_that_one_method_defines_still_counts(tmp_path):
    one = {(method, "5"): [0.5 if method == "ce" else None] * 3 for method, _ in SCORES}
    analysis = analyse(whole(scored(tmp_path, SCORES | one)), "balanced_accuracy")
    assert (list(analysis.ranked), analysis.compared) == (["ce"], [])


def test_a_method_is_compared_if_it_shares_a_seed_with_the_control_under_every_condition(tmp_path):
    scores = SCORES | {("apart", "10"): [0.9, 0.9, None], ("apart", "100"): [None, 0.9, 0.9]}
    scores |= {("ce", "100"): [0.30, None, None], ("mixed", "100"): [0.28, 0.29, 0.34]}
    analysis = analyse(whole(scored(tmp_path, scores)), "balanced_accuracy")
    assert "apart" in analysis.ranked
    assert analysis.compared == ["better", "mixed"]
    assert analysis.comparisons["apart"] == Comparison(n=0)


def test_a_difference_weighs_every_condition_the_same_where_seeds_are_missing(tmp_path):
    scores = {
        ("ce", "10"): [0.5] * 3,
        ("ce", "100"): [0.3] * 3,
        ("a", "10"): [0.6] * 3,
        ("a", "100"): [0.6, None, None],
    }
    comparison = analyse(whole(scored(tmp_path, scores)), "balanced_accuracy").comparisons["a"]
    assert (comparison.n, comparison.mean) == (4, pytest.approx(0.2))


def test_data_sets_on_the_signals_of_one_origin_count_as_one(tmp_path):
    names = ("ce", "better", "mixed")
    apart = {(method, "10", dataset): SCORES[method, "10"] for method in names for dataset in ("d", "e")}
    results = scored(tmp_path, apart)
    derived = [replace(cell, files=replace(cell.files, origin="d")) for cell in results.cells]
    alone = analyse(whole(replace(results, cells=derived)), "balanced_accuracy")
    independent = analyse(whole(results), "balanced_accuracy")
    assert (independent.friedman.datasets, alone.friedman) == (2, None)
    assert (independent.comparisons["better"].df, alone.comparisons["better"].df) == (4, 2)
    assert alone.comparisons["better"].error > independent.comparisons["better"].error
