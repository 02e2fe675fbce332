import numpy as np
import pytest

from ltsei.data.whole_groups import choose


def choice(labels, groups, wanted, seed=0):
    return choose(np.asarray(labels), np.asarray(groups), np.asarray(wanted, float), np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(5))
def test_the_choice_is_as_near_to_the_wanted_share_of_each_class_as_groups_allow(seed):
    labels = np.repeat([0, 1], [36, 60])
    groups = np.concatenate([np.repeat([0, 1, 2, 3], [1, 11, 12, 12]), np.repeat(np.arange(4, 10), 10)])
    chosen = choice(labels, groups, [0.3 * 36, 0.3 * 60], seed)
    assert np.bincount(labels[chosen]).tolist()[0] in (11, 12)
    assert np.bincount(labels[chosen]).tolist()[1] == 20


def test_groups_that_mix_classes_are_chosen_by_the_share_in_each_class():
    rng = np.random.default_rng(3)
    labels = rng.choice(5, 3000, p=[0.6, 0.2, 0.1, 0.07, 0.03])
    groups = rng.integers(0, 60, 3000)
    chosen = choice(labels, groups, 0.3 * np.bincount(labels))
    shares = np.bincount(labels[chosen]) / np.bincount(labels)
    assert set(groups[chosen]).isdisjoint(groups[~chosen])
    np.testing.assert_allclose(shares, 0.3, atol=0.04)


def test_a_class_that_can_spare_a_group_contributes_one_even_if_few_signals_are_wanted():
    labels, groups = np.repeat([0, 1], [40, 20]), np.repeat(np.arange(6), 10)
    chosen = choice(labels, groups, [4, 2])
    assert np.bincount(labels[chosen]).tolist() == [10, 10]


def test_a_class_with_one_group_keeps_it():
    chosen = choice([0, 0, 0, 0, 1, 1], [0, 0, 1, 1, 2, 2], [1, 1])
    assert chosen.tolist().count(True) == 2
    assert not chosen[4:].any()


def test_the_seed_decides_among_equally_good_groups():
    labels, groups = np.zeros(100, int), np.repeat(np.arange(20), 5)
    choices = {tuple(choice(labels, groups, [25], seed).tolist()) for seed in (0, 0, 1, 2, 3)}
    assert {sum(chosen) for chosen in choices} == {25}
    assert len(choices) == 4
