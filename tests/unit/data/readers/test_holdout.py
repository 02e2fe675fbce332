import numpy as np
import pytest

from ltsei.data.readers.holdout import chronological_holdout, group_holdout, random_holdout

LABELS = np.random.default_rng(0).permutation(np.repeat([0, 1, 2, 3], [50, 10, 2, 1]))


def counts(labels):
    return np.bincount(labels, minlength=4).tolist()


@pytest.mark.parametrize(("fraction", "expected"), [(0.3, [15, 3, 1, 0]), (0.01, [1, 1, 1, 0]), (0.99, [49, 9, 1, 0])])
def test_each_class_contributes_the_fraction_at_least_one_signal_and_never_all(fraction, expected):
    assert counts(LABELS[random_holdout(LABELS, fraction, seed=0)]) == expected


def test_the_seed_decides_the_random_holdout():
    first, again, other = (random_holdout(LABELS, 0.3, seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_holdouts_at_random_never_change():
    labels, groups = np.repeat([0, 1], [8, 4]), np.arange(12) // 2
    assert np.flatnonzero(random_holdout(labels, 0.25, seed=3)).tolist() == [1, 4, 10]
    assert np.flatnonzero(group_holdout(labels, groups, 0.25, seed=3)).tolist() == [6, 7, 8, 9]


def test_of_signals_at_one_time_the_last_stored_are_held_out():
    labels = np.zeros(100, int)
    assert np.flatnonzero(chronological_holdout(labels, np.arange(100) % 2, 0.1)).tolist() == [*range(81, 100, 2)]


def test_the_last_signals_of_each_class_are_held_out():
    times = np.random.default_rng(1).permutation(len(LABELS))
    held_out = chronological_holdout(LABELS, times, 0.3)
    assert counts(LABELS[held_out]) == [15, 3, 1, 0]
    for label in range(3):
        of_class = np.equal(LABELS, label)
        assert times[of_class & held_out].min() > times[of_class & ~held_out].max()


def test_whole_groups_are_held_out_up_to_about_the_fraction():
    rng = np.random.default_rng(2)
    groups = rng.integers(0, 40, size=1000)
    held_out = group_holdout(rng.integers(0, 4, size=1000), groups, 0.3, seed=0)
    assert set(groups[held_out]).isdisjoint(groups[~held_out])
    assert held_out.mean() == pytest.approx(0.3, abs=0.02)


def test_training_keeps_half_of_every_class_when_groups_are_held_out():
    labels = np.repeat([0, 0, 0, 0, 1, 1], 10)
    groups = np.repeat([0, 1, 2, 3, 4, 4], 10)  # all of class 1 is in one group
    held_out = group_holdout(labels, groups, 0.4, seed=0)
    assert counts(labels[held_out])[:2] == [20, 0]


def test_groups_that_bring_new_classes_to_the_test_part_come_first():
    labels = np.repeat([0, 0, 0, 0, 0, 0, 1, 1], 10)
    groups = np.repeat([0, 1, 2, 3, 4, 5, 6, 7], 10)
    for seed in range(5):
        assert counts(labels[group_holdout(labels, groups, 0.25, seed)])[:2] == [10, 10]


def test_groups_are_held_out_by_the_share_of_each_class_and_not_of_all_signals():
    labels = np.repeat([0, 1], [1000, 36])
    groups = np.concatenate([np.arange(1000) // 10, 100 + np.repeat(np.arange(4), [1, 11, 12, 12])])
    for seed in range(5):
        assert counts(labels[group_holdout(labels, groups, 0.3, seed)])[1] in (11, 12)
