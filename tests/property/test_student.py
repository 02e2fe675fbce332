"""Student's t of an estimate, against SciPy's distributions and simulations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ltsei.evaluation import power, student
from ltsei.evaluation.seed_blocks import Run
from ltsei.evaluation.statistics import ROPE, compare

means = st.floats(-1, 1)
errors = st.floats(0.01, 1)
dfs = st.floats(2, 40)


@given(means, errors, dfs)
def test_p_is_that_of_both_tails(mean, error, df):
    assert student.p_value(mean, error, df) == pytest.approx(2 * stats.t.sf(abs(mean) / error, df))


@given(means, errors, dfs, st.floats(0.5, 0.999))
def test_an_interval_is_as_wide_as_its_confidence_asks(mean, error, df, confidence):
    low, high = student.interval(mean, error, df, confidence)
    assert (low, high) == (pytest.approx(stats.t.interval(confidence, df, mean, error)))


@pytest.mark.parametrize(("seeds", "comparisons"), [(3, 1), (5, 1), (5, 6), (10, 30)])
def test_a_detectable_difference_is_significant_in_four_of_five_experiments(seeds, comparisons):
    level = 0.05 / comparisons
    size = student.detectable(1 / np.sqrt(seeds), seeds - 1, level)
    values = np.random.default_rng(seeds).normal(size, 1, size=(seeds, 40000))
    assert np.mean(stats.ttest_1samp(values, 0).pvalue < level) == pytest.approx(0.8, abs=0.01)


@given(means, errors, dfs, st.floats(0, 0.5))
def test_the_probabilities_are_those_of_three_parts_of_the_posterior(mean, error, df, rope):
    posterior = stats.t(df, loc=mean, scale=error)
    expected = (posterior.sf(rope), posterior.cdf(rope) - posterior.cdf(-rope), posterior.cdf(-rope))
    assert student.probabilities(mean, error, df, rope) == pytest.approx(expected, abs=1e-9)


def test_the_probabilities_of_a_comparison_are_those_of_benavoli():
    """Benavoli et al. (2017), equation 1 without correlation: Student's t with the seeds' mean and variance / n."""
    values = np.array([0.011, 0.03, -0.004, 0.021, 0.016])
    (result,) = compare(values[:, None], np.zeros(5), [Run(("d", "10"), seed) for seed in range(5)], ROPE)
    draws = values.mean() + values.std(ddof=1) / np.sqrt(5) * np.random.default_rng(0).standard_t(4, size=400000)
    parts = [np.mean(draws > 0.01), np.mean(np.abs(draws) <= 0.01), np.mean(draws < -0.01)]
    assert [result.better, result.equivalent, result.worse] == pytest.approx(parts, abs=0.004)


def test_methods_with_the_same_scores_are_equivalent():
    (result,) = compare(np.full((3, 1), 0.5), np.full(3, 0.5), [Run(("d", "10"), seed) for seed in range(3)], ROPE)
    assert (result.better, result.equivalent, result.worse, result.detectable) == (0, 1, 0, None)


@pytest.mark.parametrize("values", [[0.1, 0.2], [0.25, 0.25, 0.25], [np.nan] * 3])
def test_without_a_spread_of_seeds_there_are_no_probabilities(values):
    runs = [Run(("d", "10"), seed) for seed in range(len(values))]
    (result,) = compare(np.array(values)[:, None], np.zeros(len(values)), runs, ROPE)
    assert (result.better, result.equivalent, result.worse, result.detectable) == (None,) * 4


def test_scores_without_a_region_of_equivalence_have_no_probabilities():
    (result,) = compare(np.array([[1.0], [2.0], [4.0]]), np.zeros(3), [Run(("d", "10"), seed) for seed in range(3)])
    assert result.p is not None and result.equivalent is None


def test_a_comparison_has_the_detectable_difference_of_its_family():
    values = np.random.default_rng(1).normal(size=(5, 2))
    first, _ = compare(values, np.zeros(5), [Run(("d", "10"), seed) for seed in range(5)])
    assert first.detectable == pytest.approx(student.detectable(stats.sem(values[:, 0]), 4, 0.025))


def test_before_a_run_the_detectable_difference_follows_from_the_spread_between_seeds_and_ratios():
    error = np.sqrt((power.SEED_SD**2 + power.RUN_SD**2 / 4) / 10)
    expected = student.detectable(error, 8, 0.05 / 6)
    assert power.detectable(seeds=5, ratios=4, datasets=2, comparisons=6) == pytest.approx(expected)


@pytest.mark.parametrize(("seeds", "comparisons"), [(2, 6), (5, 0)])
def test_too_few_seeds_or_methods_detect_nothing(seeds, comparisons):
    assert power.detectable(seeds=seeds, ratios=4, datasets=1, comparisons=comparisons) is None
