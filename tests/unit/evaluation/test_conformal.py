"""Prediction sets: formulas of the papers, coverage in the long run, thresholds of rare classes."""

import numpy as np
import pytest

from ltsei.evaluation.conformal import calibrate, nonconformity, quantile, rate
from ltsei.numerics.softmax import softmax


def drawn(counts, seed, strength=2.0):
    """Probabilities of an over-confident classifier, and labels, with this many signals per class."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(counts)), counts)
    logits = rng.normal(size=(len(labels), len(counts))) + strength * np.eye(len(counts))[labels]
    return softmax(2 * logits), labels


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("kind", ["thr", "aps"])
@pytest.mark.parametrize("by_class", [True, False])
def test_sets_of_new_signals_cover_as_often_as_stated(kind, by_class):
    sets = calibrate(*drawn([2000] * 4, 1), coverage=0.9, kind=kind, rng=rng(), by_class=by_class)
    probabilities, labels = drawn([2000] * 4, 2)
    rates = rate(sets.of(probabilities, rng(1)), labels)
    assert rates["coverage"] == pytest.approx(0.9, abs=0.015)
    if by_class:
        np.testing.assert_allclose(rates["class_coverage"], 0.9, atol=0.02)


def test_classes_are_covered_whatever_their_frequencies_where_each_has_its_own_threshold():
    counts = [3000, 900, 300]
    probabilities, labels = drawn(counts, 3)
    probabilities = probabilities * np.array([4, 2, 1])
    probabilities /= probabilities.sum(axis=1, keepdims=True)  # favours frequent classes
    own = calibrate(probabilities, labels, coverage=0.9, kind="thr", rng=rng())
    shared = calibrate(probabilities, labels, coverage=0.9, kind="thr", rng=rng(), by_class=False)
    covered = [rate(each.of(probabilities, rng()), labels)["class_coverage"] for each in (own, shared)]
    np.testing.assert_allclose(covered[0], 0.9, atol=0.01)
    assert covered[1][2] < 0.85 < 0.9 < covered[1][0]


def test_rare_classes_share_the_threshold_of_their_signals_together_and_else_that_of_all():
    probabilities, labels = drawn([40, 6, 5], 0)
    scores = nonconformity(probabilities, "thr", rng())[np.arange(51), labels]
    sets = calibrate(probabilities, labels, coverage=0.9, kind="thr", rng=rng())
    assert sets.sources == ("class", "rare", "rare")
    expected = [quantile(scores[labels == 0], 0.9), *[quantile(scores[labels > 0], 0.9)] * 2]
    assert sets.thresholds.tolist() == expected
    few = np.isin(np.arange(51), [*range(40), 40, 46])
    fewer = calibrate(probabilities[few], labels[few], coverage=0.9, kind="thr", rng=rng())
    assert fewer.sources == ("class", "all", "all")
    assert fewer.thresholds[1] == fewer.thresholds[2] == quantile(scores[few], 0.9)


def test_too_few_signals_for_the_coverage_give_sets_of_all_classes():
    probabilities, labels = drawn([3, 2], 0)
    sets = calibrate(probabilities, labels, coverage=0.9, kind="thr", rng=rng())
    assert sets.of(probabilities, rng()).all()


def test_the_score_of_aps_is_the_mass_before_a_class_and_a_random_part_of_its_own():
    probabilities = np.array([[0.2, 0.5, 0.3]])
    part = np.random.default_rng(5).random()
    expected = [[0.8 + part * 0.2, part * 0.5, 0.5 + part * 0.3]]
    np.testing.assert_allclose(nonconformity(probabilities, "aps", rng(5)), expected)


def test_the_quantile_counts_the_new_signal_too():
    scores = np.arange(1.0, 10.0)  # nine of them
    assert [quantile(scores, share) for share in (0.5, 0.89, 0.9, 0.91)] == [5, 9, 9, np.inf]


def test_rates_say_what_is_covered_by_class_and_how_large_the_sets_are():
    sets = np.array([[True, True, False], [False, False, False], [False, True, False]])
    rates = rate(sets, np.array([0, 0, 1]))
    assert (rates["coverage"], rates["mean_size"], rates["empty"]) == (2 / 3, 1.0, 1 / 3)
    np.testing.assert_array_equal(rates["class_coverage"], [0.5, 1.0, np.nan])
