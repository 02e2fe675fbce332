"""Balanced training signals for stage 2: the long-tailed ones and others, none of validation."""

from dataclasses import replace

import numpy as np
import pytest
from tones import make_store, split_of

from ltsei.core.errors import InputError
from ltsei.data.balanced_part import stage2_split

STORE = make_store(per_class=40)
SPLIT = split_of(STORE, imbalance_ratio=5.0, n_max=30, validation={"fraction": 0.2})


def balanced(store=STORE, split=SPLIT, groups=None, seed=0):
    return stage2_split(split, store, "balanced", groups=groups, seed=seed)


def test_the_long_tailed_split_stays_as_it_is():
    assert stage2_split(SPLIT, STORE, "long_tailed", groups=None, seed=0) is SPLIT


def test_each_class_has_as_many_signals_as_the_most_frequent_one_had():
    split = balanced()
    counts = np.bincount(STORE.train_labels[split.train])
    assert set(counts) == {SPLIT.class_counts.max()} and len(set(SPLIT.class_counts)) > 1
    assert split.class_counts.tolist() == counts.tolist() and split.imbalance_ratio == 1.0


def test_the_long_tailed_signals_are_among_them_and_validation_is_not():
    split = balanced()
    assert np.isin(SPLIT.train, split.train).all()
    assert not np.isin(split.train, SPLIT.val).any()
    assert split.val is SPLIT.val and (np.diff(split.train) > 0).all()


def test_seeds_draw_different_signals_and_one_seed_the_same():
    assert np.array_equal(balanced(seed=1).train, balanced(seed=1).train)
    assert not np.array_equal(balanced(seed=1).train, balanced(seed=2).train)


def test_no_signal_of_a_group_in_validation_is_used():
    groups = np.arange(len(STORE.train_labels))
    others = np.setdiff1d(np.arange(len(groups)), np.concatenate([SPLIT.train, SPLIT.val]))[::9]
    groups[others] = SPLIT.val[0]
    assert np.isin(balanced().train, others).any()
    assert not np.isin(balanced(groups=groups).train, others).any()


def test_given_validation_signals_are_not_used():
    last = np.arange(len(STORE.train_labels) - 4, len(STORE.train_labels))
    split = replace(SPLIT, val=SPLIT.val[:0], train=np.setdiff1d(SPLIT.train, last))
    store = replace(STORE, meta=replace(STORE.meta, num_validation=4))
    assert not np.isin(balanced(store, split).train, last).any()


def test_a_class_without_enough_signals_is_an_error():
    natural = split_of(STORE, imbalance_ratio="natural", validation={"fraction": 0.2})
    keep = natural.train[(STORE.train_labels[natural.train] != 1) | (natural.train % 2 == 0)]
    few = replace(natural, train=keep, val=np.setdiff1d(np.arange(len(STORE.train_labels)), keep))
    with pytest.raises(InputError, match="balanced needs 32 signals of each class; outside validation, class 1 has"):
        balanced(split=replace(few, class_counts=np.bincount(STORE.train_labels[keep])))
