"""Scores of unknown emitters against independent transcriptions, one signal at a time."""

import math

import numpy as np
import pytest
import scipy.stats

from ltsei.evaluation.rejection import FEWEST, SCORES, TAIL, OpenMax, threshold

CLASSES, WIDTH = 4, 3


@pytest.fixture(scope="module")
def training():
    """Features, logits and labels; two signals of the last class, one of them wrong."""
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(CLASSES), [60, 40, 30, 2])
    features = rng.normal(size=(len(labels), WIDTH)) + 2 * np.eye(CLASSES)[labels][:, :WIDTH]
    logits = rng.normal(size=(len(labels), CLASSES)) + 4 * np.eye(CLASSES)[labels]
    logits[-1, 0] = 9
    return features, logits, labels


def new(number=12):
    rng = np.random.default_rng(1)
    return rng.normal(size=(number, WIDTH)), 3 * rng.normal(size=(number, CLASSES))


def largest_logit(training, feature, logit):
    return sorted(logit)[-1]


def largest_probability(training, feature, logit):
    return max(math.exp(value) for value in logit) / sum(math.exp(value) for value in logit)


def negative_free_energy(training, feature, logit):
    return math.log(sum(math.exp(value) for value in logit))


def negative_mahalanobis(training, feature, logit):
    features, _, labels = training
    means = [features[labels == label].mean(axis=0) for label in range(CLASSES)]
    outer = [np.outer(x - means[y], x - means[y]) for x, y in zip(features, labels, strict=True)]
    inverse = np.linalg.inv(sum(outer) / len(outer))
    return max(-(feature - mean) @ inverse @ (feature - mean) for mean in means)


def known_probability_of_openmax(training, feature, logit):
    """Algorithms 1 and 2 of Bendale & Boult, with the ranks of their code and the Weibull fit of libMR."""
    _, logits, labels = training
    correct = logits.argmax(axis=1) == labels
    means, distances = [], []
    for label in range(CLASSES):
        own = logits[(labels == label) & correct]
        means.append(own.mean(axis=0))
        distances.append(np.sort([np.sqrt(((each - means[-1]) ** 2).sum()) for each in own]))
    revised, unknown = list(logit), 0.0
    for rank, label in enumerate(np.argsort(-logit)):
        sample = distances[label] if len(distances[label]) >= FEWEST else np.sort(np.concatenate(distances))
        tail = sample[-TAIL:]
        shape, _, scale = scipy.stats.weibull_min.fit(tail - tail[0] + 1, floc=0)
        distance = np.sqrt(((logit - means[label]) ** 2).sum())
        outlying = scipy.stats.weibull_min.cdf(max(distance - tail[0] + 1, 0), shape, scale=scale)
        omega = (CLASSES - rank) / CLASSES * outlying
        revised[label] = logit[label] * (1 - omega)
        unknown += logit[label] * omega
    total = sum(math.exp(value) for value in [*revised, unknown])
    return 1 - math.exp(unknown) / total


@pytest.mark.parametrize(
    ("name", "transcription"),
    [
        ("max_logit", largest_logit),
        ("max_probability", largest_probability),
        ("energy", negative_free_energy),
        ("mahalanobis", negative_mahalanobis),
        ("openmax", known_probability_of_openmax),
    ],
)
def test_a_score_is_its_formula(name, transcription, training):
    features, logits = new()
    scores = SCORES[name].fit(*training).of(features, logits)
    expected = [transcription(training, *pair) for pair in zip(features, logits, strict=True)]
    np.testing.assert_allclose(scores, expected, rtol=2e-4, atol=1e-9)  # scipy's fit is no more exact


def test_features_that_do_not_vary_do_not_matter_to_the_mahalanobis_distance(training):
    features, logits, labels = training
    wider = np.pad(features, [(0, 0), (0, 1)], constant_values=3.0)
    score = SCORES["mahalanobis"].fit(wider, logits, labels)
    values = score.of(np.pad(new()[0], [(0, 0), (0, 1)], constant_values=3.0), new()[1])
    np.testing.assert_allclose(values, SCORES["mahalanobis"].fit(*training).of(*new()), rtol=1e-8)


def test_a_class_without_a_correct_signal_has_the_mean_of_all_of_its_signals(training):
    features, logits, labels = training
    wrong = logits.copy()
    wrong[-2, 1] = 20
    score = OpenMax.fit(features, wrong, labels)
    np.testing.assert_allclose(score.means[3], wrong[-2:].mean(axis=0))
    assert np.isfinite(score.of(*new())).all()


@pytest.mark.parametrize(("keep", "kept"), [(0.95, 19), (0.9, 18), (1.0, 20), (0.01, 1)])
def test_a_threshold_keeps_the_stated_share_and_no_more(keep, kept):
    scores = np.random.default_rng(0).permutation(20).astype(float)
    assert (scores >= threshold(scores, keep)).sum() == kept
