"""Paired comparisons, against independent transcriptions and identities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from ltsei.evaluation.statistics import compare, holm, smallest_p

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
