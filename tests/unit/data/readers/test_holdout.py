import numpy as np
import pytest

from ltsei.data.readers.holdout import chronological_holdout, group_holdout, likely_keys, random_holdout
from ltsei.data.readers.recording_file import Reading, open_recording_file

LABELS = np.random.default_rng(0).permutation(np.repeat([0, 1, 2, 3], [50, 10, 2, 1]))


def counts(labels):
    return np.bincount(labels, minlength=4).tolist()


@pytest.mark.parametrize(("fraction", "expected"), [(0.3, [15, 3, 1, 0]), (0.01, [1, 1, 1, 0]), (0.99, [49, 9, 1, 0])])
def test_each_class_gives_its_share_at_least_one_and_never_all(fraction, expected):
    assert counts(LABELS[random_holdout(LABELS, fraction, seed=0)]) == expected


def test_the_seed_decides_the_random_holdout():
    first, again, other = (random_holdout(LABELS, 0.3, seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_last_signals_of_each_class_are_held_out():
    times = np.random.default_rng(1).permutation(len(LABELS))
    held_out = chronological_holdout(LABELS, times, 0.3)
    assert counts(LABELS[held_out]) == [15, 3, 1, 0]
    for label in range(3):
        own = np.equal(LABELS, label)
        assert times[own & held_out].min() > times[own & ~held_out].max()


def test_groups_are_held_out_whole_and_about_the_fraction():
    rng = np.random.default_rng(2)
    groups = rng.integers(0, 40, size=1000)
    held_out = group_holdout(rng.integers(0, 4, size=1000), groups, 0.3, seed=0)
    assert set(groups[held_out]).isdisjoint(groups[~held_out])
    assert held_out.mean() == pytest.approx(0.3, abs=0.02)


def test_training_keeps_half_of_every_class_when_groups_are_held_out():
    labels = np.repeat([0, 0, 0, 0, 1, 1], 10)
    groups = np.repeat([0, 1, 2, 3, 4, 4], 10)  # class 1 lives in one group
    held_out = group_holdout(labels, groups, 0.4, seed=0)
    assert counts(labels[held_out])[:2] == [20, 0]


NUMBER = np.arange(24)


@pytest.mark.parametrize(
    ("key", "values", "expected"),
    [
        ("record", NUMBER // 6, (4, ("group_key",))),
        ("day", np.char.add("day ", (NUMBER // 6).astype(str)), (4, ("group_key",))),
        ("stamp", NUMBER[::-1] / 7, (24, ("order_key",))),
        ("t", NUMBER // 3, (8, ("order_key",))),
        ("sweep", NUMBER // 3, (8, ("group_key", "order_key"))),
    ],
)
def test_what_has_one_value_per_signal_may_serve_as_group_or_order(tmp_path, key, values, expected):
    np.savez(tmp_path / "a.npz", X=np.ones((24, 5, 2)), Y=NUMBER % 3, **{key: values})
    assert likely_keys(open_recording_file(str(tmp_path / "a.npz"), None, "train", Reading())) == {key: expected}


@pytest.mark.parametrize("values", [np.zeros(24), NUMBER % 3 + 10, NUMBER[:23], np.ones(24, dtype=object)])
def test_what_divides_no_class_or_is_not_per_signal_serves_nothing(tmp_path, values):
    np.savez(tmp_path / "a.npz", X=np.ones((24, 5, 2)), Y=NUMBER % 3, record=values)
    assert likely_keys(open_recording_file(str(tmp_path / "a.npz"), None, "train", Reading())) == {}


def test_groups_that_bring_new_classes_to_the_test_part_come_first():
    labels = np.repeat([0, 0, 0, 0, 0, 0, 1, 1], 10)
    groups = np.repeat([0, 1, 2, 3, 4, 5, 6, 7], 10)
    for seed in range(5):
        assert counts(labels[group_holdout(labels, groups, 0.25, seed)])[:2] == [10, 10]
