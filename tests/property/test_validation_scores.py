"""The balanced loss: its limits, its definition by shrinkage, and its invariances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from property._cases import few, seeds
from sklearn.metrics import log_loss

from ltsei.core.annotations import Criterion
from ltsei.core.errors import InputError
from ltsei.numerics.softmax import softmax
from ltsei.numerics.temperature import best_temperature
from ltsei.numerics.validation_scores import SCORES, balanced_loss, cost, signal_weights

CLASSES = 6
shrinkages = st.floats(0.01, 100)


def case(seed, counts=(9, 4, 0, 2, 1, 1)):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    return rng.normal(scale=3, size=(len(labels), len(counts))), labels


def class_means(logits, labels):
    """Return class -> mean log-loss of its signals."""
    losses = -np.log(softmax(logits)[np.arange(len(labels)), labels])
    return {label: losses[labels == label].mean() for label in np.unique(labels)}


@few
@given(seed=seeds, shrinkage=shrinkages)
def test_it_is_the_mean_over_all_classes_of_class_losses_shrunk_towards_it(seed, shrinkage):
    logits, labels = case(seed)
    center, means = balanced_loss(logits, labels, shrinkage), class_means(logits, labels)
    shrunk = []
    for label in range(CLASSES):
        count = (labels == label).sum()
        trust = count / (count + shrinkage)
        shrunk.append(trust * means.get(label, 0.0) + (1 - trust) * center)
    assert np.mean(shrunk) == pytest.approx(center)


@few
@given(seed=seeds)
def test_without_shrinkage_it_is_the_plain_mean_over_the_classes_with_signals(seed):
    logits, labels = case(seed)
    expected = np.mean(list(class_means(logits, labels).values()))
    assert balanced_loss(logits, labels, 0) == pytest.approx(expected)
    assert balanced_loss(logits, labels, 1e-9) == pytest.approx(expected)


@few
@given(seed=seeds)
def test_with_endless_shrinkage_it_is_the_mean_over_signals(seed):
    logits, labels = case(seed)
    expected = log_loss(labels, softmax(logits), labels=np.arange(CLASSES))
    assert balanced_loss(logits, labels, np.inf) == pytest.approx(expected)
    assert balanced_loss(logits, labels, 1e9) == pytest.approx(expected)


@few
@given(seed=seeds, shrinkage=shrinkages)
def test_with_equal_counts_it_does_not_depend_on_the_shrinkage(seed, shrinkage):
    logits, labels = case(seed, counts=(3,) * 5)
    assert balanced_loss(logits, labels, shrinkage) == pytest.approx(balanced_loss(logits, labels, 1))


@few
@given(seed=seeds, shrinkage=shrinkages)
def test_the_order_of_classes_and_signals_does_not_matter(seed, shrinkage):
    logits, labels = case(seed)
    rng = np.random.default_rng(seed)
    classes, signals = rng.permutation(CLASSES), rng.permutation(len(labels))
    moved = logits[:, np.argsort(classes)][signals]
    expected = balanced_loss(logits, labels, shrinkage)
    assert balanced_loss(moved, classes[labels][signals], shrinkage) == pytest.approx(expected)


@few
@given(seed=seeds, shrinkage=shrinkages)
def test_it_is_the_loss_of_weighted_signals(seed, shrinkage):
    logits, labels = case(seed)
    weights = signal_weights(labels, shrinkage)
    expected = log_loss(labels, softmax(logits), sample_weight=weights, labels=np.arange(CLASSES))
    assert balanced_loss(logits, labels, shrinkage) == pytest.approx(expected)


@few
@given(seed=seeds)
def test_at_its_best_temperature_it_does_not_depend_on_the_scale_of_the_logits(seed):
    noise, labels = case(seed, counts=(20, 9, 4, 2, 1))
    logits, weights = noise + 4 * np.eye(5)[labels], signal_weights(labels)  # no labels by chance: T is finite

    def least(scaled):
        return balanced_loss(scaled / best_temperature(scaled, labels, weights), labels)

    assert least(3 * logits) == pytest.approx(least(logits), rel=1e-6)
    assert least(logits) <= min(balanced_loss(logits / each, labels) for each in (0.5, 1.0, 2.0)) + 1e-9


def test_it_prefers_adjusted_logits_where_the_training_prior_is_long_tailed():
    """A classifier that knows p(y) alone is best adjusted to equal probabilities."""
    prior = np.array([0.7, 0.2, 0.1])
    labels = np.repeat(np.arange(3), 10 * np.array([7, 2, 1]))
    logits = np.tile(np.log(prior), (len(labels), 1))
    losses = [balanced_loss(logits - tau * np.log(prior), labels, 0) for tau in (0.5, 1.0, 1.5)]
    assert np.argmin(losses) == 1


def test_without_signals_it_is_an_error():
    with pytest.raises(InputError, match="balanced loss: no signals"):
        balanced_loss(np.empty((0, 3)), np.empty(0, dtype=int))


def test_a_cost_is_lower_for_lower_losses_and_higher_accuracies_and_worst_where_undefined():
    for criterion in SCORES:
        better, worse = sorted([cost(0.2, criterion), cost(0.8, criterion)])
        assert (better == cost(0.2, criterion)) == ("loss" in criterion)
        assert better < worse < cost(None, criterion) == cost(np.nan, criterion)


def test_infinite_logits_have_no_loss():
    logits = np.array([[np.inf, 0.0], [0.0, 1.0]])
    assert np.isnan([SCORES[name](logits, np.array([0, 1])) for name in ("val_loss", "val_balanced_loss")]).all()


def test_every_criterion_has_a_score():
    assert set(SCORES) == set(Criterion.__args__)
