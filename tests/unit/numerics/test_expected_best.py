"""The expected best of n trials, against all ways to draw them."""

import itertools

import numpy as np
import pytest

from ltsei.numerics.expected_best import expected_best

SCORES = [0.31, 0.7, 0.7, 0.05, 0.44, 0.62]


def test_the_expected_best_is_the_mean_over_all_draws_without_replacement():
    for n, value in enumerate(expected_best(SCORES), start=1):
        assert value == pytest.approx(np.mean([max(draw) for draw in itertools.combinations(SCORES, n)]))


def test_one_trial_is_expected_to_have_the_mean_and_all_of_them_the_best():
    values = expected_best(SCORES)
    assert (values[0], values[-1]) == (pytest.approx(np.mean(SCORES)), pytest.approx(0.7))
    assert expected_best([0.5]) == [0.5]
    assert expected_best([]) == []


def test_with_many_trials_it_approaches_draws_with_replacement():
    scores = np.random.default_rng(0).normal(size=2000)
    ordered, n = np.sort(scores), 5
    ends = (np.arange(2001) / 2000) ** n
    assert expected_best(scores.tolist())[n - 1] == pytest.approx(ordered @ np.diff(ends), abs=0.01)
