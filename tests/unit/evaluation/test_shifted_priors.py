"""Accuracy under shifted test priors, against an independent transcription."""

import numpy as np
import pytest

from ltsei.data.groups import groups
from ltsei.evaluation import metrics
from ltsei.evaluation.predictions import Predictions
from ltsei.evaluation.shifted_priors import accuracies
from ltsei.numerics.shifted_priors import parse, prior

COUNTS = np.array([9, 40, 3, 40, 100])
RNG = np.random.default_rng(0)
LABELS = np.repeat(np.arange(5), [7, 3, 10, 5, 8])
LOGITS = RNG.normal(size=(len(LABELS), 5)) + 1.5 * np.eye(5)[LABELS]


def transcribed(direction, ratio):
    """Return the expected accuracy over signals drawn class by class: sum over ranks in SADE's exponential profile."""
    ranked = sorted(range(5), key=lambda label: (-COUNTS[label], label))
    ranked = ranked if direction == "forward" else ranked[::-1]
    total = accuracy = 0.0
    for rank, label in enumerate(ranked):
        share = (1 / ratio) ** (rank / (5 - 1.0))
        right = [LOGITS[index].argmax() == label for index in range(len(LABELS)) if LABELS[index] == label]
        accuracy += share * sum(right) / len(right)
        total += share
    return accuracy / total


@pytest.mark.parametrize("ratio", [2, 10, 50])
def test_each_recall_is_weighted_by_the_exponential_profile_in_the_order_of_training(ratio):
    names = [f"forward-{ratio}", f"backward-{ratio}"]
    got = accuracies(LOGITS, LABELS, COUNTS, names)
    expected = [transcribed("forward", ratio), transcribed("backward", ratio)]
    np.testing.assert_allclose([got[name] for name in names], expected, rtol=1e-12)
    assert abs(expected[0] - expected[1]) > 1e-3


def test_under_the_uniform_prior_it_is_the_balanced_accuracy():
    scores = metrics.evaluate(Predictions(LOGITS, LABELS), groups(COUNTS))
    got = accuracies(LOGITS, LABELS, COUNTS, ["uniform"])["uniform"]
    np.testing.assert_allclose(got, scores["balanced_accuracy"], rtol=1e-14)


def test_classes_without_test_signals_leave_their_probability_to_the_others():
    present = LABELS != 4
    got = accuracies(LOGITS[present], LABELS[present], COUNTS, ["forward-50"])["forward-50"]
    recall = np.array([(LOGITS[c == LABELS].argmax(1) == c).mean() for c in range(4)])
    weights = prior("forward-50", COUNTS)[:4]
    np.testing.assert_allclose(got, recall @ weights / weights.sum(), rtol=1e-12)


def test_the_first_class_is_more_frequent_than_the_last_by_the_ratio():
    forward, backward = prior("forward-50", COUNTS), prior("backward-50", COUNTS)
    np.testing.assert_allclose([forward.sum(), forward[4] / forward[2], backward[2] / backward[4]], [1, 50, 50])
    assert forward[1] > forward[3], "ties are in class order"


@pytest.mark.parametrize("text", ["forward", "forward--5", "backward-0", "forward-1", "sideways-10", "forward-"])
def test_other_texts_are_no_priors(text):
    with pytest.raises(ValueError, match=text):
        parse(text)
