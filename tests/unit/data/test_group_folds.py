import numpy as np
import pytest

from ltsei.core.errors import InputError
from ltsei.data.group_folds import Fold, folds_of_groups, parsed_fold


def test_each_group_is_tested_once_and_classes_have_even_shares_in_all_folds():
    labels, groups = np.repeat(np.arange(6), 40), np.repeat(np.arange(24), 10)  # 4 recordings of each class
    order = np.random.default_rng(0).permutation(len(labels))
    labels, groups = labels[order], groups[order]
    folds = [Fold(test, 4).chosen(labels, groups) for test in (1, 2, 3, 4)]
    assert np.array_equal(np.sum(folds, axis=0), np.ones(len(labels)))
    for chosen in folds:
        assert set(groups[chosen]).isdisjoint(groups[~chosen])
        assert np.bincount(labels[chosen]).tolist() == [10] * 6


def test_groups_of_many_classes_and_sizes_are_divided_as_evenly_as_they_allow():
    rng = np.random.default_rng(1)
    groups = rng.choice(30, size=3000, p=rng.dirichlet(np.full(30, 4.0)))
    labels = rng.integers(0, 3, size=3000)
    counts = np.array([np.bincount(labels[folds_of_groups(labels, groups, 5) == fold]) for fold in range(5)])
    assert counts.min() > 0.75 * 200
    assert counts.max() < 1.25 * 200


def test_folds_do_not_depend_on_the_order_or_the_names_of_groups():
    labels, groups = np.array([0, 1, 0, 1, 0, 0, 1, 1]), np.array(["a", "a", "b", "b", "c", "c", "d", "d"])
    order = np.array([5, 0, 7, 2, 1, 3, 6, 4])
    assert np.array_equal(folds_of_groups(labels, groups, 2)[order], folds_of_groups(labels[order], groups[order], 2))


@pytest.mark.parametrize(
    ("labels", "groups", "message"),
    [
        (np.zeros(6), np.arange(6) // 3, "3 folds need at least as many groups, got 2"),
        (np.arange(6) // 2, np.arange(6), "3 folds of classes with 2 signals at most"),
    ],
)
def test_more_folds_than_groups_or_signals_are_refused(labels, groups, message):
    with pytest.raises(InputError, match=message):
        folds_of_groups(labels, groups, 3)


@pytest.mark.parametrize(
    "setting",
    [{"test": 0, "of": 2}, {"test": 3, "of": 2}, {"test": 1, "of": 1}, {"of": 2}, {"test": 1, "of": 2, "k": 1}],
)
def test_another_form_of_a_fold_is_refused(setting):
    with pytest.raises(InputError, match=r"expected \{test: 1, of: 5\}"):
        parsed_fold(setting)
