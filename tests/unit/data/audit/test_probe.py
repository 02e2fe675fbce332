"""Accuracies of the audit's classifiers, their intervals and what counts as chance."""

import numpy as np

from ltsei.data.audit import probe, sample
from ltsei.data.audit.finding import verdict_of_score
from ltsei.data.audit.probe import Score


def test_accuracy_weighs_every_class_the_same_and_lies_in_its_interval():
    labels = np.repeat([0, 1], [90, 10])
    score = probe.score(np.where(np.arange(100) < 90, 0, np.arange(100) % 2), labels)
    assert score.accuracy == 0.75
    assert score.low < 0.75 < score.high
    assert score.chance == 0.5
    assert score.p < 0.01


def test_predictions_without_information_have_a_large_p():
    rng = np.random.default_rng(0)
    score = probe.score(rng.integers(0, 5, 500), rng.integers(0, 5, 500))
    assert score.p > 0.05


def test_perfect_predictions_of_few_signals_have_an_interval():
    assert probe.score(np.array([0, 1, 0, 1, 0, 1]), np.array([0, 1, 0, 1, 0, 1])).low == 0.5


def test_features_that_are_all_the_same_have_no_score():
    labels = np.array([0, 0, 1, 1])
    assert probe.classify((np.ones((4, 2)), labels), (np.zeros((4, 2)), labels), "forest") is None


def test_the_verdict_follows_p_corrected_for_the_number_of_classifiers_and_the_lower_end():
    good = Score(accuracy=0.9, low=0.8, high=1, chance=0.25, p=0.004)
    assert verdict_of_score(good, 10, physical=False) == "leak"
    assert verdict_of_score(good, 10, physical=True) == "worth a look"
    assert verdict_of_score(good, 13, physical=False) == "nothing found"
    weak = Score(accuracy=0.7, low=0.6, high=0.8, chance=0.25, p=0.004)
    assert verdict_of_score(weak, 10, physical=False) == "worth a look"


def test_the_sample_is_bounded_and_keeps_rare_classes(monkeypatch):
    monkeypatch.setattr(sample, "LARGEST", 50)
    labels = np.repeat([0, 1, 2], [1000, 40, 3])
    part = sample._part(np.zeros((len(labels), 4, 2), np.float32), labels, "train")
    assert np.bincount(part.labels).tolist() == [23, 23, 3]
    assert (np.diff(part.indices) > 0).all()
