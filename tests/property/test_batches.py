"""Invariants of draws and batches."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ltsei.training.sampling import ClassCycles, batch_slices, round_draws

draws = st.lists(st.floats(0, 50), min_size=1, max_size=20).map(np.array)


@given(draws, st.integers(0, 2**32))
def test_rounded_draws_are_within_one_of_the_expected_ones_and_keep_their_sum(expected, seed):
    rounded = round_draws(expected, np.random.default_rng(seed))
    assert (np.abs(rounded - expected) < 1 + 1e-6).all()
    assert abs(rounded.sum() - expected.sum()) < 1 + 1e-6 * len(expected)


@given(st.lists(st.integers(1, 300), min_size=2, max_size=30), st.floats(0, 1), st.integers(0, 2**32))
def test_an_epoch_has_its_length_whatever_the_class_probabilities(counts, exponent, seed):
    powers = np.array(counts, dtype=float) ** exponent
    expected = sum(counts) * powers / powers.sum()
    assert round_draws(expected, np.random.default_rng(seed)).sum() == sum(counts)


@given(draws, st.integers(0, 2**32))
def test_whole_draws_are_left_as_they_are(expected, seed):
    whole = np.rint(expected)
    assert round_draws(whole + 1e-9, np.random.default_rng(seed)).tolist() == whole.tolist()


@given(st.integers(2, 500), st.integers(2, 60), st.floats(0, 0.99))
def test_batches_cover_an_epoch_in_order_and_none_but_the_only_one_is_small(length, batch_size, merge_last_below):
    slices = batch_slices(length, batch_size, merge_last_below)
    covered = [index for rows in slices for index in range(rows.start, rows.stop)]
    assert covered == list(range(length))
    smallest = min(length, max(2, merge_last_below * batch_size))
    assert all(smallest <= rows.stop - rows.start < batch_size + max(2, smallest) for rows in slices)


@given(
    st.lists(st.integers(1, 8), min_size=1, max_size=6),
    st.lists(st.lists(st.integers(0, 20), min_size=6, max_size=6), min_size=1, max_size=4),
    st.integers(0, 2**32),
)
def test_signals_of_a_class_are_drawn_equally_often_give_or_take_one(counts, epochs, seed):
    labels = np.repeat(np.arange(len(counts)), counts)
    cycles = ClassCycles(labels, len(counts), np.random.default_rng(seed))
    drawn = np.concatenate([cycles.epoch(np.array(epoch[: len(counts)], dtype=float)) for epoch in epochs])
    times = np.bincount(drawn, minlength=len(labels))
    for label in range(len(counts)):
        of_class = times[labels == label]
        assert of_class.sum() == sum(epoch[label] for epoch in epochs)
        assert of_class.max() - of_class.min() <= 1
