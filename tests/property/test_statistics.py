"""Paired comparisons, against independent transcriptions and identities."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from ltsei.evaluation.seed_blocks import Run, standard_errors
from ltsei.evaluation.statistics import DIGITS, SIGNIFICANCE, compare

TWO = (("d", "10"), ("d", "100"))
OTHER = (("e", "10"),)


def runs(conditions, seeds):
    return [Run(condition, seed) for condition in conditions for seed in range(seeds)]


def against_zero(values, conditions=TWO[:1]):
    """Return the comparison of values [conditions, seeds] with a control that always scores 0."""
    flat = np.asarray(values, dtype=float).reshape(-1, 1)
    (result,) = compare(flat, np.zeros(len(flat)), runs(conditions, len(flat) // len(conditions)))
    return result


@given(arrays.arrays(np.float64, (8, 2), elements=st.floats(0, 1, width=16)))
def test_a_comparison_follows_its_formulas(scores):
    ours, control = scores.T
    (result,) = compare(ours[:, None], control, runs(TWO, 4))
    differences = (ours - control).reshape(2, 4)
    assert (result.n, result.seeds) == (8, 4)
    assert result.mean == pytest.approx(differences.mean(), abs=1e-12)
    wins = [
        np.mean([(a > b) + (a == b) / 2 for a in ours[block] for b in control[block]])
        for block in (slice(0, 4), slice(4, 8))
    ]
    assert result.improvement == pytest.approx(np.mean(wins))
    within = np.sqrt(((differences - differences.mean(axis=1, keepdims=True)) ** 2).sum() / 6)
    if within > 1e-9:
        assert result.effect == pytest.approx(differences.mean() / within)


@pytest.mark.parametrize("conditions", [TWO[:1], TWO])
def test_p_and_interval_are_those_of_student_for_the_means_of_the_seeds(conditions):
    values = np.random.default_rng(0).normal(0.3, 1, size=(len(conditions), 6))
    expected = stats.ttest_1samp(values.mean(axis=0), 0)
    result = against_zero(values, conditions)
    assert (result.df, result.p) == (5, pytest.approx(expected.pvalue))
    assert result.error == pytest.approx(stats.sem(values.mean(axis=0)))
    interval = expected.confidence_interval(0.95)
    assert (result.low, result.high) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_the_effect_of_the_ratio_widens_no_interval():
    values = np.random.default_rng(1).normal(size=(2, 5))
    plain, shifted = against_zero(values, TWO), against_zero(values + np.array([[10], [-10]]), TWO)
    assert (shifted.error, shifted.p) == (pytest.approx(plain.error), pytest.approx(plain.p))


def test_ratios_that_repeat_each_other_add_no_evidence():
    values = np.random.default_rng(2).normal(0.5, 1, size=(1, 5))
    alone, repeated = against_zero(values), against_zero(np.repeat(values, 2, axis=0), TWO)
    assert (repeated.n, repeated.p, repeated.low) == (10, pytest.approx(alone.p), pytest.approx(alone.low))


def test_variances_of_data_sets_add_up_with_the_degrees_of_freedom_of_welch_and_satterthwaite():
    """Two conditions of one data set and one of another: the first has two thirds of the weight."""
    values = np.random.default_rng(3).normal(size=(3, 5))
    result = against_zero(values, TWO + OTHER)
    first, second = (2 / 3) ** 2 * values[:2].mean(axis=0).var(ddof=1) / 5, (1 / 3) ** 2 * values[2].var(ddof=1) / 5
    assert result.error == pytest.approx(math.sqrt(first + second))
    assert result.df == pytest.approx((first + second) ** 2 / (first**2 / 4 + second**2 / 4))
    assert result.p == pytest.approx(2 * stats.t.sf(abs(values.mean()) / result.error, result.df))


def test_seeds_of_different_data_sets_are_independent():
    values = np.random.default_rng(4).normal(size=(2, 5))
    together, apart = against_zero(values, TWO), against_zero(values, TWO[:1] + OTHER)
    assert together.df == 4 < apart.df <= 8
    assert together.error != pytest.approx(apart.error)


def mean_over_conditions(cells):
    """Return the mean over conditions of the means over seeds, of {(condition, seed): value}."""
    by_condition = {}
    for run, value in cells.items():
        by_condition.setdefault(run.condition, []).append(value)
    return np.mean([np.mean(values) for values in by_condition.values()])


@given(st.lists(st.booleans(), min_size=12, max_size=12), st.integers(0, 100))
def test_a_seed_that_lacks_a_condition_counts_with_the_conditions_that_it_has(missing, stream):
    """The jackknife (Tukey 1958), written out: each seed of each data set left out once."""
    values = np.random.default_rng(stream).normal(size=(3, 7))
    values[:, 3:][np.array(missing).reshape(3, 4)] = np.nan
    pairs = dict(zip(runs(TWO + OTHER, 7), values.ravel(), strict=True))
    cells = {run: value for run, value in pairs.items() if not math.isnan(value)}
    variances, dfs = [], []
    for dataset in ("d", "e"):
        seeds = {run.seed for run in cells if run.source == dataset}
        without = [
            mean_over_conditions({run: v for run, v in cells.items() if (run.source, run.seed) != (dataset, seed)})
            for seed in seeds
        ]
        variances.append((len(seeds) - 1) * np.var(without))
        counts = [sum(run.condition == each for run in cells) for each in TWO + OTHER if each[0] == dataset]
        dfs.append(min(counts) - 1)
    result = against_zero(values, TWO + OTHER)
    assert result.mean == pytest.approx(mean_over_conditions(cells))
    assert result.error == pytest.approx(math.sqrt(sum(variances)))
    assert result.df == pytest.approx(
        sum(variances) ** 2 / sum(v**2 / df for v, df in zip(variances, dfs, strict=True))
    )


def test_data_sets_on_the_signals_of_one_origin_are_conditions_of_it():
    """As conditions of one data set, not as independent data sets whose variances add up."""
    values, together = np.random.default_rng(3).normal(size=(2, 5)), [("d", "10"), ("e", "10")]
    derived = [Run(condition, seed, "d") for condition in together for seed in range(5)]
    (result,) = compare(values.reshape(-1, 1), np.zeros(10), derived)
    expected = against_zero(values, TWO)
    assert (result.error, result.df, result.p) == (expected.error, expected.df, expected.p)
    assert result.df != against_zero(values, together).df


scores = st.integers(2, 4).flatmap(
    lambda seeds: st.integers(1, 5).flatmap(
        lambda k: arrays.arrays(np.float64, (3 * seeds, k), elements=st.floats(-1, 1, width=16) | st.just(np.nan))
    )
)


@given(scores)
def test_an_interval_excludes_zero_exactly_where_the_corrected_p_is_significant(values):
    results = compare(values, np.zeros(len(values)), runs(TWO + OTHER, len(values) // 3))
    for result in results:
        assert (result.adjusted is None) == (result.p is None) == (result.low is None) == (result.high is None)
        if result.adjusted is not None:
            assert result.low <= result.mean <= result.high
            assert (result.low > 0 or result.high < 0) == (result.adjusted < SIGNIFICANCE)


@pytest.mark.parametrize("shift", [-1e-6, 1e-6])
def test_interval_and_corrected_p_agree_next_to_the_border_of_significance(shift):
    values = np.random.default_rng(5).normal(size=(5, 3))
    control = np.zeros(5)
    reach = stats.t.ppf(1 - 0.05 / 6, 4) * stats.sem(values[:, 0])
    values[:, 0] += reach * (1 + shift) - values[:, 0].mean()
    first, *_ = compare(values, control, runs(TWO[:1], 5))
    assert (first.adjusted < 0.05, first.low > 0) == (shift > 0, shift > 0)


def test_p_is_corrected_for_the_comparisons_that_have_pairs():
    values = np.random.default_rng(6).normal(1, 1, size=(5, 3))
    values[:, 2] = np.nan
    first, second, absent = compare(values, np.zeros(5), runs(TWO[:1], 5))
    for result, column in ((first, 0), (second, 1)):
        expected = stats.ttest_1samp(values[:, column], 0)
        assert result.adjusted == pytest.approx(min(1, 2 * expected.pvalue))
        assert result.low == pytest.approx(expected.confidence_interval(0.975).low)
    assert (absent.n, absent.seeds, absent.mean, absent.adjusted) == (0, 0, None, None)


def test_a_corrected_p_is_at_most_one():
    values = np.random.default_rng(10).normal(size=(5, 8))
    results = compare(values - values.mean(axis=0) + 0.01, np.zeros(5), runs(TWO[:1], 5))
    assert min(result.p for result in results) > 0.2
    assert {result.adjusted for result in results} == {1.0}


def test_a_comparison_uses_pairs_in_which_both_are_defined():
    ours = np.array([0.5, np.nan, 0.7, 0.9, 0.8])
    control = np.array([0.4, 0.5, np.nan, 0.5, 0.6])
    (result,) = compare(ours[:, None], control, runs(TWO[:1], 5))
    assert (result.n, result.seeds, result.mean) == (3, 3, pytest.approx((0.1 + 0.4 + 0.2) / 3))
    assert result.p == pytest.approx(stats.ttest_1samp([0.1, 0.4, 0.2], 0).pvalue)


@pytest.mark.parametrize("seeds", [1, 2])
def test_fewer_than_three_seeds_have_a_mean_without_interval_and_p(seeds):
    result = against_zero([0.1, 0.3][:seeds])
    assert result.mean == pytest.approx([0.1, 0.2][seeds - 1])
    assert (result.error, result.df, result.low, result.high, result.p, result.adjusted) == (None,) * 6


def test_a_condition_with_two_seeds_leaves_the_others_without_a_test_too():
    result = against_zero([[0.1, 0.2, 0.4, 0.3], [0.1, 0.2, np.nan, np.nan]], TWO)
    assert (result.n, result.seeds, result.p, result.low) == (6, 2, None, None)


def test_a_condition_without_values_does_not_count():
    values = np.array([[0.1, 0.2, 0.4], [np.nan] * 3])
    assert against_zero(values, TWO) == against_zero(values[0])


def test_equal_differences_have_neither_interval_nor_p():
    result = against_zero([0.25] * 5)
    assert (result.mean, result.error, result.df, result.low, result.p, result.effect) == (
        0.25,
        0,
        None,
        None,
        None,
        None,
    )


def test_differences_that_vary_by_rounding_alone_are_equal():
    result = against_zero([0.1 + 0.2, 0.3, 0.3])
    assert (result.error, result.p) == (0, None)


def test_equal_scores_have_a_p_of_one_and_an_improvement_of_one_half():
    (result,) = compare(np.full((6, 1), 0.5), np.full(6, 0.5), runs(TWO, 3))
    assert (result.p, result.adjusted, result.improvement, result.mean) == (1.0, 1.0, 0.5, 0.0)
    assert (result.low, result.high) == (0.0, 0.0)


@pytest.mark.parametrize(("differences", "effect"), [([0.1, 0.3], None), ([0.1, 0.2, 0.3], 2.0)])
def test_an_effect_needs_three_seeds(differences, effect):
    assert against_zero(differences).effect == (effect and pytest.approx(effect))


def test_an_effect_needs_three_seeds_under_every_condition():
    assert against_zero([[0.1, 0.3], [0.2, 0.1]], TWO).effect is None


def test_an_effect_does_not_vary_with_the_ratio():
    values = np.array([[0.1, 0.2, 0.3], [2.0, 2.1, 2.2]])
    assert against_zero(values, TWO).effect == pytest.approx(1.15 / 0.1)


def test_improvement_is_averaged_over_the_conditions_in_which_both_have_runs():
    ours = np.array([0.5, 0.7, 0.2, np.nan, 0.9])
    control = np.array([0.6, 0.4, 0.2, 0.3, np.nan])
    rows = [Run(("d", ratio), seed) for ratio, seed in (("1", 0), ("1", 1), ("2", 0), ("3", 0), ("4", 0))]
    (result,) = compare(ours[:, None], control, rows)
    assert result.improvement == pytest.approx(((3 / 4) + (1 / 2)) / 2)


def test_every_condition_weighs_the_same_also_where_seeds_are_missing():
    """Three seeds under one condition and one under the other: the mean over pairs would be 0.15."""
    result = against_zero([[0.1, 0.1, 0.1], [0.3, np.nan, np.nan]], TWO)
    assert (result.n, result.mean) == (4, pytest.approx(0.2))


def test_methods_with_the_same_runs_do_not_depend_on_each_other_but_for_the_correction():
    values = np.random.default_rng(7).normal(size=(12, 3))
    values[0, 1] = np.nan
    together = standard_errors(values, runs(TWO, 6))
    for method in range(3):
        (alone,) = standard_errors(values[:, [method]], runs(TWO, 6))
        assert (together[method].error, together[method].df) == (pytest.approx(alone.error), pytest.approx(alone.df))


def test_without_values_there_are_no_seeds_and_no_error():
    (nothing,) = standard_errors(np.full((6, 1), np.nan), runs(TWO, 3))
    assert (nothing.seeds, nothing.error, nothing.df) == (0, None, None)


def test_the_order_of_the_runs_does_not_matter():
    values, rows = np.random.default_rng(8).normal(size=(15, 2)), runs(TWO + OTHER, 5)
    order = np.random.default_rng(9).permutation(15)
    first, second = (
        compare(values[places], np.zeros(15), [rows[place] for place in places]) for places in (np.arange(15), order)
    )
    assert [each.p for each in first] == pytest.approx([each.p for each in second])


@pytest.mark.parametrize("seeds", [3, 5, 10])
def test_at_most_six_of_a_hundred_tests_reject_where_seeds_share_most_of_their_variance_and_no_method_differs(seeds):
    rng = np.random.default_rng(seeds)
    shared, own, ratio = rng.normal(0, 0.8, (1, seeds, 4000)), rng.normal(0, 0.6, (4, seeds, 4000)), 2.0
    values = shared + own + ratio * np.array([-1.5, -0.5, 0.5, 1.5])[:, None, None]
    conditions = [("d", ir) for ir in "abcd"]
    results = compare(values.reshape(4 * seeds, -1), np.zeros(4 * seeds), runs(conditions, seeds))
    assert 0.04 < np.mean([result.p < 0.05 for result in results]) < 0.06


def test_scores_are_compared_to_twelve_decimals():
    assert round(0.3 + 4e-13, DIGITS) == 0.3
    assert round(0.3 + 6e-13, DIGITS) > 0.3
