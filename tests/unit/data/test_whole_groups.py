import hashlib
import itertools

import numpy as np
import pytest

from ltsei.data import whole_groups
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


def of_table(table):
    """Return the label and the group of each signal; `table` has the signals of each group (row) per class."""
    group, label = (np.repeat(index.ravel(), np.ravel(table)) for index in np.indices(np.shape(table)))
    return label, group


def problem(seed):
    """Return a random table of eight groups and up to four classes, and how many signals of each class are wanted."""
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 9, size=(8, 4)) * (rng.random((8, 4)) < 0.35)
    table = table[:, table.sum(axis=0) > 1]
    return table, rng.uniform(0, 0.6) * table.sum(axis=0)


def cost(taken, wanted, totals):
    if (taken > np.maximum(wanted, totals / 2)).any():
        return np.inf
    return np.square((taken - wanted) / totals).sum() + np.sum((taken == 0) & (wanted > 0))


def is_best(seed):
    """Return whether no other choice among the groups of a problem has a lower cost."""
    table, wanted = problem(seed)
    labels, groups = of_table(table)
    totals = table.sum(axis=0)
    taken = np.bincount(labels[choice(labels, groups, wanted)], minlength=len(totals))
    subsets = itertools.product([False, True], repeat=len(table))
    least = min(cost(table[list(subset)].sum(axis=0), wanted, totals) for subset in subsets)
    return cost(taken, wanted, totals) <= least + 1e-9


def test_most_small_problems_are_solved_as_well_as_possible():
    assert sum(map(is_best, range(100))) >= 84


def test_choices_never_change():
    digest = hashlib.sha256()
    for seed in range(100):
        table, wanted = problem(seed)
        digest.update(choice(*of_table(table), wanted, seed).tobytes())
    assert digest.hexdigest()[:16] == "0e57d5e659e55596"


def test_the_wanted_share_of_one_class_never_takes_most_of_another():
    labels, groups = of_table([[10, 9], [10, 0], [10, 0], [10, 1]])
    assert np.bincount(labels[choice(labels, groups, [20, 5])]).tolist() == [20, 1]


def test_a_class_that_wants_nothing_contributes_nothing():
    labels, groups = of_table([[4, 0], [4, 0], [4, 1], [0, 1], [0, 1]])
    assert np.bincount(labels[choice(labels, groups, [4, 0])], minlength=2).tolist() == [4, 0]


@pytest.mark.parametrize("exchanges", [0, 10**7])
def test_a_group_that_brings_the_choice_no_nearer_is_left_out(monkeypatch, exchanges):
    monkeypatch.setattr(whole_groups, "EXCHANGES", exchanges)
    labels, groups = of_table([[10]] * 10)
    assert choice(labels, groups, [15]).sum() == 10


@pytest.mark.parametrize(("exchanges", "taken"), [(0, [5, 5]), (19, [5, 5]), (20, [3, 6])])
def test_groups_are_only_added_where_there_are_too_many_exchanges_to_compare(monkeypatch, exchanges, taken):
    """One of two sets (nothing or the third group) for one of five (nothing or another group), in two classes: 20."""
    monkeypatch.setattr(whole_groups, "EXCHANGES", exchanges)
    labels, groups = of_table([[2, 4], [1, 3], [5, 5], [1, 2], [1, 5]])
    assert np.bincount(labels[choice(labels, groups, [3, 6])]).tolist() == taken


def test_groups_are_not_exchanged_for_a_gain_that_is_only_rounding():
    labels, groups = of_table(list(itertools.permutations([1, 2, 4])))
    chosen = [choice(labels, groups, [3.1, 3.1, 3.1], seed) for seed in range(50)]
    assert {tuple(np.unique(groups[mask])) for mask in chosen} == {(0,), (1,), (2,), (3,), (4,), (5,)}
