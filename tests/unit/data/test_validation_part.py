import numpy as np
import pytest

from ltsei.core.errors import InputError
from ltsei.data.validation_part import check_given, divide, notes, wanted_counts


def noted(number):
    """Return the note on `number` classes, called a, b, c, ..., that lack validation signals."""
    (note,) = notes(np.ones(number), np.zeros(number), "abcdefghijkl")
    return note


def test_a_single_given_signal_must_be_used():
    with pytest.raises(InputError, match=r"got None, but source.val has 1 signals"):
        check_given(None, 1)


def test_one_validation_signal_per_class_may_be_asked_for():
    assert wanted_counts(np.array([5, 2]), {"protocol": "balanced", "per_class": 1}).tolist() == [1, 1]


def test_groups_stay_whole_where_a_class_wants_no_validation_signals():
    labels, groups = np.array([0, 0, 0, 0, 0, 0, 1]), np.array([0, 0, 1, 1, 2, 2, 3])
    members = [np.array([0, 2, 4, 1, 3, 5]), np.array([6])]
    (val, _), (rest, alone) = divide(members, np.array([2, 0]), labels, groups, np.random.default_rng(0))
    assert set(groups[val]).isdisjoint(groups[rest])
    assert (len(val), alone.tolist()) == (2, [6])


def test_a_class_that_wants_no_validation_signals_is_not_noted():
    assert notes(np.array([0, 2]), np.array([0, 2]), ["a", "b"]) == ()


def test_classes_without_validation_signals_are_listed():
    assert noted(3).startswith("no validation signals of 3 classes: a, b, c: no recording")


def test_at_most_ten_classes_without_validation_signals_are_named():
    assert "10 classes: a, b, c, d, e, f, g, h, i, j: no recording" in noted(10)
    assert "11 classes: a, b, c, d, e, f, g, h, i, j, ...: no recording" in noted(11)
