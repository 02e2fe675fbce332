"""Balanced accuracy of predicted labels."""

import numpy as np
import pytest

from ltsei.core.errors import InputError
from ltsei.numerics.confusion import balanced_accuracy


def test_balanced_accuracy_is_the_mean_recall_of_present_classes():
    labels, predictions = np.array([0, 0, 0, 0, 2, 2]), np.array([0, 0, 0, 1, 2, 1])
    assert balanced_accuracy(labels, predictions, 4) == pytest.approx((0.75 + 0.5) / 2)


def test_balanced_accuracy_without_signals_is_an_error():
    with pytest.raises(InputError, match="no signals"):
        balanced_accuracy(np.array([], int), np.array([], int), 3)
