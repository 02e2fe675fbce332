"""Tests of ranks over conditions, against independent transcriptions and identities."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ltsei.evaluation.rank_tests import cliques, friedman

distinct = st.integers(0, 10**6).map(lambda seed: np.random.default_rng(seed).normal(size=(6, 4)))


def average_ranks(scores):
    """Rank 1 is the highest score of a row; without ties."""
    order = np.argsort(-scores, axis=1)
    ranks = np.empty_like(order)
    for row, places in enumerate(order):
        ranks[row, places] = np.arange(1, len(places) + 1)
    return ranks.mean(axis=0)


@given(distinct)
def test_friedman_follows_demsar(scores):
    n, k = scores.shape
    ranks = average_ranks(scores)
    chi2 = 12 * n / (k * (k + 1)) * ((ranks**2).sum() - k * (k + 1) ** 2 / 4)
    f = (n - 1) * chi2 / (n * (k - 1) - chi2)
    result = friedman(scores)
    assert result.ranks == pytest.approx(ranks)
    assert (result.chi2, result.f) == (pytest.approx(chi2, abs=1e-9), pytest.approx(f, abs=1e-9))
    assert result.chi2_p == pytest.approx(stats.chi2.sf(chi2, k - 1))
    assert result.f_p == pytest.approx(stats.f.sf(f, k - 1, (k - 1) * (n - 1)))


@pytest.mark.parametrize(
    ("k", "n", "critical"), [(5, 3, 3.52), (5, 6, 2.49), (5, 30, 1.11), (10, 8, 4.79), (20, 6, 12.1), (30, 15, 12.1)]
)
def test_critical_differences_are_those_of_the_table(k, n, critical):
    scores = np.random.default_rng(0).normal(size=(n, k))
    assert friedman(scores).critical_difference == pytest.approx(critical, rel=0.005)


def test_identical_methods_share_one_rank_and_do_not_differ():
    result = friedman(np.ones((4, 3)))
    assert (result.ranks, result.chi2, result.chi2_p) == ((2.0, 2.0, 2.0), 0.0, 1.0)


def test_the_same_order_in_every_condition_has_an_infinite_f():
    result = friedman(np.tile([0.1, 0.2, 0.3], (5, 1)))
    assert (result.f, result.f_p) == (None, result.chi2_p)
    assert result.ranks == (3.0, 2.0, 1.0)


@pytest.mark.parametrize("shape", [(1, 5), (5, 2)])
def test_too_few_methods_or_conditions_are_not_tested(shape):
    assert friedman(np.random.default_rng(0).normal(size=shape)) is None


@given(st.lists(st.floats(1, 9), min_size=2, max_size=8), st.floats(0.1, 5))
def test_cliques_hold_every_pair_within_the_difference_and_no_other(ranks, difference):
    result = cliques(ranks, difference)
    together = {frozenset(pair) for clique in result for pair in itertools.combinations(clique, 2)}
    pairs = itertools.combinations(range(len(ranks)), 2)
    near = {frozenset((a, b)) for a, b in pairs if abs(ranks[a] - ranks[b]) <= difference}
    assert together == near
    assert not any(set(a) < set(b) for a in result for b in result)


def test_two_conditions_that_do_not_quite_agree_have_the_f_of_iman_and_davenport():
    result = friedman([[0.9, 0.5, 0.1], [0.9, 0.1, 0.5]])
    assert (result.chi2, result.f) == (pytest.approx(3.0), pytest.approx(3.0))
    assert result.f_p == pytest.approx(stats.f.sf(3.0, 2, 2))


def test_methods_that_differ_under_one_condition_alone_are_tested():
    result = friedman([[0.9, 0.5, 0.1], [0.5, 0.5, 0.5]])
    assert result.chi2 > 0
    assert result.ranks == (1.5, 2.0, 2.5)


def test_conditions_that_differ_and_methods_that_do_not_leave_nothing_to_test():
    result = friedman([[0.9] * 3, [0.5] * 3, [0.1] * 3])
    assert (result.ranks, result.chi2, result.chi2_p, result.f) == ((2.0, 2.0, 2.0), 0.0, 1.0, 0.0)


def test_ranks_at_exactly_the_critical_difference_belong_together_and_a_method_alone_is_no_group():
    assert cliques([3.0, 1.0, 2.0, 7.0], 1.0) == [(1, 2), (2, 0)]
