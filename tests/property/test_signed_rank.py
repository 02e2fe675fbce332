"""The exact signed-rank test, against an enumeration of all sign patterns and against SciPy."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ltsei.evaluation.seed_blocks import Run
from ltsei.evaluation.signed_rank import p_value, smallest_p
from ltsei.evaluation.statistics import compare

tied = st.lists(st.integers(-4, 4), min_size=1, max_size=10)


def mid_rank(values, value):
    """The mean place of `value` among `values`, counted from 1."""
    return sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2


def enumerated(differences):
    """All 2^n sign patterns of the ranks of the differences that are not zero; zeros are ranked, then dropped."""
    sizes = [abs(difference) for difference in differences]
    ranks = [mid_rank(sizes, size) for size in sizes if size]
    positive = sum(mid_rank(sizes, difference) for difference in differences if difference > 0)
    sums = [sum(itertools.compress(ranks, signs)) for signs in itertools.product((0, 1), repeat=len(ranks))]
    tails = (sum(each <= positive for each in sums), sum(each >= positive for each in sums))
    return min(1.0, 2 * min(tails) / len(sums))


@given(tied)
def test_p_counts_all_sign_patterns_of_the_observed_ranks(differences):
    assert p_value(np.array(differences) / 100) == pytest.approx(enumerated(differences), rel=1e-12)


@given(st.integers(1, 20), st.integers(0, 10**6))
def test_without_ties_p_is_that_of_scipys_exact_test(pairs, seed):
    rng = np.random.default_rng(seed)
    differences = rng.permutation(np.arange(1, pairs + 1)) * rng.choice([-1.0, 1.0], pairs)
    assert p_value(differences) == pytest.approx(stats.wilcoxon(differences, method="exact").pvalue, rel=1e-12)


def test_one_tie_among_twenty_pairs_does_not_make_the_test_approximate():
    differences = np.array([1.0, 1.0, *range(3, 21)]) / 100
    assert p_value(differences) == pytest.approx(2 / 2**20)
    assert stats.wilcoxon(differences, zero_method="pratt").pvalue > 40 * p_value(differences)


def test_a_comparison_tests_the_means_of_the_seeds_that_have_every_condition():
    runs = [Run(("d", ratio), seed) for ratio in ("10", "50") for seed in range(8)]
    differences = np.array([*range(1, 9), *range(1, 9)]) / 100
    differences[3], differences[11] = 0.09, -0.3  # the mean of the seed is negative, and the largest
    differences[7] = np.nan
    (comparison,) = compare(differences[:, None], np.zeros(16), runs)
    assert comparison.signed_rank == pytest.approx(enumerated([1, 2, 3, -10.5, 5, 6, 7]))


def test_below_three_seeds_there_is_no_signed_rank_test():
    (comparison,) = compare(np.array([[0.1], [0.2]]), np.zeros(2), [Run(("d", "10"), 0), Run(("d", "10"), 1)])
    assert comparison.signed_rank is None


def test_noise_of_floating_point_neither_makes_nor_breaks_a_tie():
    exact = np.array([0.1, -0.1, 0.2, 0.3, 0.3])
    noise = np.array([3e-11, -2e-11, 1e-11, -3e-11, 2e-11])
    assert p_value(exact + noise) == p_value(exact) == pytest.approx(enumerated([1, -1, 2, 3, 3]))
    assert p_value(np.array([1e-9, -2e-9, 3e-9, 4e-9])) == pytest.approx(enumerated([1, -2, 3, 4]))


def test_differences_of_noise_alone_are_zero():
    assert p_value(np.array([1e-13, 2e-13, 3e-13, 1e-13, 2e-13, 1e-13])) == 1.0


def test_up_to_two_hundred_pairs_the_test_is_exact_and_above_it_is_the_normal_approximation():
    assert p_value(np.array([1.0, *range(1, 200)])) / smallest_p(200) == pytest.approx(1)
    more = np.array([0.0, 0.0, 1.0, *range(1, 199)])
    more[::3] *= -1
    assert len(more) == 201
    assert p_value(more) == stats.wilcoxon(more, zero_method="pratt", method="asymptotic").pvalue
    assert p_value(more) != stats.wilcoxon(more, method="asymptotic").pvalue


def test_exact_test_and_normal_approximation_agree_where_one_takes_over_from_the_other():
    rng = np.random.default_rng(0)
    differences = np.round(rng.normal(0.15, 1, 200), 1)
    approximate = stats.wilcoxon(differences, zero_method="pratt", method="asymptotic").pvalue
    assert p_value(differences) == pytest.approx(approximate, rel=0.03)
    assert 0.001 < approximate < 0.5


def test_turning_every_sign_keeps_p():
    differences = np.array([0.1, 0.2, -0.3, 0.4, 0.4, 0.0])
    assert p_value(differences) == p_value(-differences)


def test_without_pairs_the_smallest_p_is_one():
    assert (smallest_p(0), smallest_p(1), smallest_p(2)) == (1.0, 1.0, 0.5)
