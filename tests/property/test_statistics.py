"""Paired comparisons, against independent transcriptions and identities."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from ltsei.evaluation.signed_rank import smallest_p
from ltsei.evaluation.statistics import DIGITS, SIGNIFICANCE, compare, holm

p_values = st.lists(st.none() | st.floats(0, 1), max_size=8)


@given(p_values)
def test_holm_is_the_step_down_procedure(values):
    defined = sorted(p for p in values if p is not None)
    for p, adjusted in zip(values, holm(values), strict=True):
        if p is None:
            assert adjusted is None
        else:
            rank = defined.index(p)
            steps = [min(1.0, (len(defined) - step) * defined[step]) for step in range(rank + 1)]
            assert adjusted == pytest.approx(max(steps))


@pytest.mark.parametrize(("pairs", "least"), [(3, 0.25), (4, 0.125), (5, 0.0625), (6, 0.03125), (10, 0.001953125)])
def test_the_least_p_is_that_of_the_exact_test(pairs, least):
    assert smallest_p(pairs) == least
    assert stats.wilcoxon(np.arange(1, pairs + 1)).pvalue == pytest.approx(least)


@given(arrays.arrays(np.float64, (8, 2), elements=st.floats(0, 1, width=16)))
def test_a_comparison_follows_its_formulas(scores):
    ours, control = scores.T
    (result,) = compare(ours[:, None], control, [0] * 4 + [1] * 4)
    differences = ours - control
    assert result.n == 8
    assert result.mean == pytest.approx(differences.mean(), abs=1e-12)
    assert result.low - 1e-9 <= result.mean <= result.high + 1e-9
    wins = [
        np.mean([(a > b) + (a == b) / 2 for a in ours[block] for b in control[block]])
        for block in (slice(0, 4), slice(4, 8))
    ]
    assert result.improvement == pytest.approx(np.mean(wins))
    if differences.std() > 1e-9:
        assert result.effect == pytest.approx(differences.mean() / differences.std(ddof=1))


def test_a_comparison_uses_pairs_in_which_both_are_defined():
    ours = np.array([0.5, np.nan, 0.7, 0.9, 0.8])
    control = np.array([0.4, 0.5, np.nan, 0.5, 0.6])
    (result,) = compare(ours[:, None], control, ["a"] * 5)
    assert (result.n, result.mean) == (3, pytest.approx((0.1 + 0.4 + 0.2) / 3))


def test_a_method_without_pairs_is_not_counted_by_the_correction():
    rng = np.random.default_rng(0)
    control = rng.normal(size=10)
    better = control + rng.uniform(1, 2, size=10)
    nothing = np.full(10, np.nan)
    first, second = compare(np.stack([better, nothing], axis=1), control, [0] * 10)
    assert first.adjusted == first.p == pytest.approx(smallest_p(10))
    assert (second.n, second.mean, second.adjusted) == (0, None, None)


def test_the_interval_is_the_bias_corrected_accelerated_one():
    """Efron (1987), transcribed: quantiles of the resampled means, moved by bias z0 and acceleration a."""
    values = np.random.default_rng(1).gamma(1.0, size=20)
    (result,) = compare(values[:, None], np.zeros(20), [0] * 20)
    rng = np.random.default_rng(2)
    means = rng.choice(values, (40000, 20)).mean(axis=1)
    bias = stats.norm.ppf((np.mean(means < values.mean()) + np.mean(means <= values.mean())) / 2)
    left_out = (values.sum() - values) / 19
    gaps = left_out.mean() - left_out
    acceleration = (gaps**3).sum() / (6 * (gaps**2).sum() ** 1.5)
    z = bias + stats.norm.ppf([0.025, 0.975])
    low, high = np.quantile(means, stats.norm.cdf(bias + z / (1 - acceleration * z)))
    noise = 0.25 * values.std() / np.sqrt(20)  # of resampling, in the long tail of these values
    assert (result.low, result.high) == (pytest.approx(low, abs=noise), pytest.approx(high, abs=noise))


def test_below_ten_pairs_the_interval_is_that_of_student():
    values = np.random.default_rng(3).normal(size=9)
    (result,) = compare(values[:, None], np.zeros(9), [0] * 9)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (result.low, result.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_a_single_pair_has_no_interval():
    (result,) = compare(np.array([[0.5]]), np.array([0.25]), [0])
    assert (result.mean, result.low, result.high) == (0.25, None, None)


def test_differences_that_do_not_vary_are_their_own_interval():
    (result,) = compare(np.full((5, 1), 0.75), np.full(5, 0.5), [0] * 5)
    assert (result.low, result.high, result.effect) == (0.25, 0.25, None)


def wilcoxon_of_pratt(differences):
    """Pratt (1959): zeros are ranked with the others and then left out; all signs of the other ranks, without ties."""
    ranks = np.argsort(np.argsort(np.abs(differences))) + 1
    ranks = ranks[differences != 0]
    positive = ranks[differences[differences != 0] > 0].sum()
    sums = np.array([np.dot(signs, ranks) for signs in itertools.product((0, 1), repeat=len(ranks))])
    return min(1.0, 2 * min(np.mean(sums >= positive), np.mean(sums <= positive)))


def test_pairs_without_a_difference_count_in_the_signed_rank_test():
    differences = np.array([0.0, 0.0, 0.0, 0.01, 0.02, -0.03, 0.04, 0.05, 0.06, 0.07, 0.08, -0.09])
    (result,) = compare(differences[:, None], np.zeros(12), [0] * 12)
    without = stats.wilcoxon(differences[differences != 0], method="asymptotic").pvalue
    assert result.p == pytest.approx(wilcoxon_of_pratt(differences))
    assert abs(result.p - without) > 0.01


def test_a_comparison_with_bootstrap_intervals_is_the_same_every_time():
    scores = np.random.default_rng(4).normal(size=(12, 2))
    first, second = (compare(scores, np.zeros(12), [0] * 12) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(("pairs", "is_student"), [(9, True), (10, False)])
def test_the_bootstrap_is_used_from_ten_pairs_on(pairs, is_student):
    values = np.random.default_rng(5).gamma(1.0, size=pairs)
    (result,) = compare(values[:, None], np.zeros(pairs), [0] * pairs)
    assert (result.low == pytest.approx(stats.ttest_1samp(values, 0).confidence_interval(0.95).low)) == is_student


def test_ten_equal_differences_are_their_own_interval():
    (result,) = compare(np.full((10, 1), 0.75), np.full(10, 0.5), [0] * 10)
    assert (result.low, result.high, result.effect) == (0.25, 0.25, None)


def test_the_intervals_of_methods_with_the_same_runs_do_not_depend_on_each_other():
    scores = np.random.default_rng(6).normal(size=(12, 3))
    scores[:, 1] = 0.25  # does not vary
    together = compare(scores, np.zeros(12), [0] * 12)
    for method in range(3):
        (alone,) = compare(scores[:, [method]], np.zeros(12), [0] * 12)
        assert (together[method].low, together[method].high) == (pytest.approx(alone.low), pytest.approx(alone.high))


def test_methods_with_different_runs_get_their_own_intervals():
    scores = np.random.default_rng(7).normal(size=(6, 3))
    scores[0, 0] = scores[1, 2] = np.nan
    for values, result in zip(scores.T, compare(scores, np.zeros(6), [0] * 6), strict=True):
        interval = stats.ttest_1samp(values[~np.isnan(values)], 0).confidence_interval(0.95)
        assert (result.low, result.high) == (pytest.approx(interval.low), pytest.approx(interval.high))


@pytest.mark.parametrize("pairs", [6, 12])
def test_methods_with_the_same_runs_have_intervals_as_wide_as_their_own_differences_vary(pairs):
    values = np.random.default_rng(8).uniform(0.1, 0.3, size=pairs)
    small, large = compare(np.stack([values / 10, values], axis=1), np.zeros(pairs), [0] * pairs)
    assert small.low < small.mean < small.high
    assert (large.low, large.high) == (pytest.approx(10 * small.low), pytest.approx(10 * small.high))


def test_two_pairs_have_the_interval_of_student_too():
    (result,) = compare(np.array([[0.1], [0.3]]), np.zeros(2), [0] * 2)
    expected = stats.ttest_1samp([0.1, 0.3], 0).confidence_interval(0.95)
    assert (result.low, result.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


@pytest.mark.parametrize(("differences", "effect"), [([0.1, 0.3], None), ([0.1, 0.2, 0.3], 2.0)])
def test_an_effect_needs_three_pairs(differences, effect):
    (result,) = compare(np.array(differences)[:, None], np.zeros(len(differences)), [0] * len(differences))
    assert result.effect == (effect and pytest.approx(effect))


def test_improvement_is_averaged_over_the_conditions_in_which_both_have_runs():
    ours = np.array([0.5, 0.7, 0.2, np.nan, 0.9])
    control = np.array([0.6, 0.4, 0.2, 0.3, np.nan])
    (result,) = compare(ours[:, None], control, ["a", "a", "b", "c", "d"])
    assert result.improvement == pytest.approx(((3 / 4) + (1 / 2)) / 2)


def test_equal_scores_have_a_p_of_one_and_an_improvement_of_one_half():
    (result,) = compare(np.full((6, 1), 0.5), np.full(6, 0.5), [0] * 6)
    assert (result.p, result.adjusted, result.improvement, result.mean) == (1.0, 1.0, 0.5, 0.0)


def test_a_single_pair_has_a_p_of_one():
    assert smallest_p(1) == 1.0
    assert smallest_p(0) == 1.0  # without pairs nothing is significant


def test_five_seeds_under_one_condition_can_never_be_significant_and_six_can():
    assert smallest_p(5) > SIGNIFICANCE > smallest_p(6)


def test_scores_are_compared_to_twelve_decimals():
    assert round(0.3 + 4e-13, DIGITS) == 0.3
    assert round(0.3 + 6e-13, DIGITS) > 0.3


def test_every_condition_weighs_the_same_also_where_seeds_are_missing():
    """Three seeds under one condition and one under the other: the mean over pairs would be 0.15."""
    ours = np.array([0.1, 0.1, 0.1, 0.3, np.nan, np.nan])
    (result,) = compare(ours[:, None], np.zeros(6), ["a"] * 3 + ["b"] * 3)
    assert (result.n, result.mean) == (4, pytest.approx(0.2))


def test_the_interval_is_around_the_mean_in_which_conditions_weigh_the_same():
    """The standard error of a weighted mean by its linearisation, written out."""
    values, conditions = np.array([0.1, 0.2, 0.4, 0.9, np.nan, np.nan]), ["a"] * 3 + ["b"] * 3
    (result,) = compare(values[:, None], np.zeros(6), conditions)
    weights, defined = np.array([1, 1, 1, 3]) / 6, values[:4]
    mean = (weights * defined).sum()
    error = np.sqrt(((weights * (defined - mean)) ** 2).sum() * 4 / 3)
    reach = stats.t.ppf(0.975, 3) * error
    assert (result.low, result.mean, result.high) == tuple(map(pytest.approx, (mean - reach, mean, mean + reach)))


def test_a_bootstrap_interval_is_around_the_mean_in_which_conditions_weigh_the_same():
    rng = np.random.default_rng(9)
    values = np.concatenate([rng.normal(0.1, 0.01, 12), rng.normal(0.5, 0.01, 2), np.full(10, np.nan)])
    (result,) = compare(values[:, None], np.zeros(24), [0] * 12 + [1] * 12)
    assert result.mean == pytest.approx(0.3, abs=0.02)
    assert result.low < 0.3 < result.high


def test_where_no_seed_is_missing_the_interval_is_that_of_the_plain_differences():
    values = np.random.default_rng(10).normal(size=8)
    (result,) = compare(values[:, None], np.zeros(8), [0] * 4 + [1] * 4)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (result.low, result.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_a_bootstrap_interval_reaches_further_on_the_side_of_the_long_tail_where_seeds_are_missing_too():
    values = np.random.default_rng(11).gamma(0.5, size=(24, 1))
    values[0] = np.nan
    (result,) = compare(values, np.zeros(24), [0] * 12 + [1] * 12)
    assert result.high - result.mean > 1.2 * (result.mean - result.low)
