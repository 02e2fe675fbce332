"""Scores of predicted labels."""

import numpy as np
import pytest
from conftest import sklearn_metrics

from ltsei.core.errors import InputError
from ltsei.numerics.confusion import balanced_accuracy, macro_f1


def test_balanced_accuracy_is_the_mean_recall_of_present_classes():
    labels, predictions = np.array([0, 0, 0, 0, 2, 2]), np.array([0, 0, 0, 1, 2, 1])
    assert balanced_accuracy(labels, predictions, 4) == pytest.approx((0.75 + 0.5) / 2)


def test_balanced_accuracy_without_signals_is_an_error():
    with pytest.raises(InputError, match="no signals"):
        balanced_accuracy(np.array([], int), np.array([], int), 3)


@pytest.mark.parametrize("seed", range(5))
def test_macro_f1_is_that_of_scikit_learn_over_the_classes_that_have_signals(seed):
    rng = np.random.default_rng(seed)
    labels, predictions = rng.choice([0, 1, 3], size=20), rng.integers(0, 5, size=20)
    expected = sklearn_metrics().f1_score(
        labels, predictions, labels=np.unique(labels), average="macro", zero_division=0
    )
    assert macro_f1(labels, predictions, 5) == pytest.approx(expected)


def test_macro_f1_without_signals_is_an_error():
    with pytest.raises(InputError, match="no signals"):
        macro_f1(np.array([], int), np.array([], int), 3)
