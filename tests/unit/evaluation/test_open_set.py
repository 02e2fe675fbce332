"""Open-set metrics against curves that are traced threshold by threshold."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from ltsei.evaluation.open_set import METRICS, auroc, false_positive_rate, open_set_metrics, oscr
from ltsei.evaluation.rejection import SCORES


def area(heights, positions):
    """The area under a curve that starts at 0, by trapezoids."""
    x, y = np.array([0.0, *positions]), np.array([0.0, *heights])
    return float(((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum())


@pytest.fixture(params=[1, 10], ids=["with ties", "without ties"])
def scores(request):
    rng = np.random.default_rng(0)
    known, unknown = rng.normal(1, 1, 40).round(request.param), rng.normal(0, 1, 25).round(request.param)
    return known, rng.random(40) < 0.7, unknown


def test_both_areas_are_those_of_the_traced_curves(scores):
    known, correct, unknown = scores
    thresholds = sorted({*known, *unknown}, reverse=True)
    false = [np.mean(unknown >= each) for each in thresholds]
    assert auroc(known, unknown) == pytest.approx(area([np.mean(known >= each) for each in thresholds], false))
    rates = [np.mean((known >= each) & correct) for each in thresholds]
    assert oscr(known, correct, unknown) == pytest.approx(area(rates, false))


def test_scores_that_separate_perfectly_leave_the_accuracy():
    known, unknown = np.arange(5, 9.0), np.arange(3.0)
    correct = np.array([True, False, True, True])
    assert (auroc(known, unknown), auroc(unknown, known), oscr(known, correct, unknown)) == (1, 0, 0.75)


def test_the_area_and_the_false_positive_rate_are_those_of_sklearn(scores):
    known, _, unknown = scores
    truth, values = np.repeat([1, 0], [len(known), len(unknown)]), np.concatenate([known, unknown])
    assert auroc(known, unknown) == pytest.approx(roc_auc_score(truth, values))
    false, true, _ = roc_curve(truth, values, drop_intermediate=False)
    assert false_positive_rate(known, unknown) == pytest.approx(false[true >= 0.95].min())


def test_equal_scores_are_chance_and_accept_every_unknown_signal():
    known, unknown, correct = np.ones(10), np.ones(7), np.arange(10) < 6
    assert (auroc(known, unknown), oscr(known, correct, unknown)) == (0.5, pytest.approx(0.3))
    assert false_positive_rate(known, unknown) == 1


def test_no_unknown_signal_below_all_known_ones_is_accepted():
    known, unknown = np.arange(20.0) + 5, np.arange(5.0)
    assert (false_positive_rate(known, unknown), false_positive_rate(unknown, known)) == (0, 1)


def test_a_score_is_fitted_on_training_signals_and_oscr_counts_the_classes_of_the_test_signals():
    rng = np.random.default_rng(0)

    def signals(labels, shift=0.0):
        features = rng.normal(size=(len(labels), 3)) + 4 * np.eye(3)[labels] + shift
        return features, features + rng.normal(size=features.shape)

    labels = np.repeat(np.arange(3), 20)
    training, test, unknown = signals(labels), signals(labels), signals(labels[:30], shift=-3.0)
    made = open_set_metrics(training, labels, test, labels, unknown, ["x", "y"])
    assert (made["known_signals"], made["unknown_signals"], made["unknown_classes"]) == (60, 30, ["x", "y"])
    assert list(made["scores"]) == list(SCORES)
    for name, metrics in made["scores"].items():
        score = SCORES[name].fit(*training, labels)
        known, other = score.of(*test), score.of(*unknown)
        pairs = [(a > b) + 0.5 * (a == b) for a in known for b in other]
        right = np.repeat(test[1].argmax(axis=1) == labels, len(other))
        assert tuple(metrics) == METRICS
        assert metrics["auroc"] == pytest.approx(np.mean(pairs))
        assert metrics["oscr"] == pytest.approx(np.mean(pairs * right))
    perfect = open_set_metrics(training, labels, test, (labels + 1) % 3, unknown, ["x"])["scores"]["energy"]
    assert perfect["oscr"] < 0.1
    assert perfect["auroc"] == made["scores"]["energy"]["auroc"]
