"""Which signals make up an epoch."""

import numpy as np
import pytest

from ltsei.training.sampling import ClassCycles, batch_slices, round_draws

COUNTS = np.array([40, 10, 3])
LABELS = np.repeat(np.arange(3), COUNTS)


def cycles(seed=0):
    return ClassCycles(LABELS, 3, np.random.default_rng(seed))


def test_as_many_draws_as_signals_are_one_shuffled_pass():
    epoch = cycles().epoch(COUNTS.astype(float))
    assert sorted(epoch) == list(range(len(LABELS)))
    assert epoch.tolist() != sorted(epoch)


def test_epochs_have_different_orders():
    sampler = cycles()
    assert sampler.epoch(COUNTS.astype(float)).tolist() != sampler.epoch(COUNTS.astype(float)).tolist()


def test_an_epoch_has_the_expected_draws_of_each_class():
    epoch = cycles().epoch(np.array([5.0, 20.0, 28.0]))
    assert np.bincount(LABELS[epoch]).tolist() == [5, 20, 28]


def test_fractional_draws_are_right_on_average():
    expected, rng = np.array([0.3, 1.7, 2.25, 0.75]), np.random.default_rng(1)
    mean = np.mean([round_draws(expected, rng) for _ in range(4000)], axis=0)
    assert np.abs(mean - expected).max() < 0.04


def test_a_class_continues_in_the_next_epoch_where_it_stopped():
    sampler = cycles()
    epochs = [sampler.epoch(np.array([10.0, 0.0, 0.0])) for _ in range(4)]
    assert sorted(np.concatenate(epochs)) == list(range(40))


def test_restored_cycles_continue_with_the_same_epochs():
    expected = np.array([7.5, 4.25, 6.25])
    sampler, restored = cycles(), cycles(seed=9)
    sampler.epoch(expected)
    restored.load_state_dict(sampler.state_dict())
    for _ in range(3):
        assert restored.epoch(expected).tolist() == sampler.epoch(expected).tolist()


def test_with_a_pool_only_its_signals_are_drawn():
    sampler = ClassCycles(LABELS, 3, np.random.default_rng(0), pool=np.array([3, 3, 3]))
    epochs = [sampler.epoch(np.array([3.0, 3.0, 3.0])) for _ in range(3)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == sorted(epochs[2])
    assert np.bincount(LABELS[epochs[0]]).tolist() == [3, 3, 3]
    assert len(set(epochs[0])) == 9
    assert not set(epochs[0][LABELS[epochs[0]] == 0]) <= {0, 1, 2}


def test_without_a_pool_the_next_epoch_draws_other_signals():
    sampler = cycles()
    assert sorted(sampler.epoch(np.full(3, 3.0))) != sorted(sampler.epoch(np.full(3, 3.0)))


def test_classes_take_turns_of_the_given_number_of_draws():
    sampler = ClassCycles(LABELS, 3, np.random.default_rng(0), consecutive=4)
    turns = LABELS[sampler.epoch(np.array([16.0, 16.0, 16.0]))].reshape(4, 3, 4)
    assert (turns == turns[:, :, :1]).all()
    assert (np.sort(turns[:, :, 0], axis=1) == [0, 1, 2]).all()
    assert len({tuple(row) for row in turns[:, :, 0].tolist()}) > 1


def test_in_turns_the_draws_of_a_class_are_those_of_its_cycle():
    sampler = ClassCycles(LABELS, 3, np.random.default_rng(0), consecutive=4)
    epoch = sampler.epoch(np.array([40.0, 10.0, 3.0]))
    assert sorted(epoch) == list(range(len(LABELS)))


def test_restored_turns_of_a_pool_continue_with_the_same_epochs():
    pair = [ClassCycles(LABELS, 3, np.random.default_rng(5), pool=np.array([6, 5, 3]), consecutive=2) for _ in range(2)]
    pair[0].epoch(np.full(3, 4.5))
    pair[1].load_state_dict(pair[0].state_dict())
    for _ in range(3):
        assert pair[1].epoch(np.full(3, 4.5)).tolist() == pair[0].epoch(np.full(3, 4.5)).tolist()


def test_a_single_last_signal_joins_the_batch_before_it():
    assert batch_slices(9, 4, 0.0) == [slice(0, 4), slice(4, 9)]
    assert batch_slices(10, 4, 0.0) == [slice(0, 4), slice(4, 8), slice(8, 10)]


def test_a_last_batch_below_the_share_joins_the_batch_before_it():
    assert batch_slices(18, 8, 0.25) == [slice(0, 8), slice(8, 16), slice(16, 18)]
    assert batch_slices(18, 8, 0.3) == [slice(0, 8), slice(8, 18)]


@pytest.mark.parametrize("merge_last_below", [0.0, 0.9])
def test_a_set_of_fewer_signals_than_a_batch_is_one_batch(merge_last_below):
    assert batch_slices(1, 4, merge_last_below) == [slice(0, 1)]
    assert batch_slices(3, 4, merge_last_below) == [slice(0, 3)]


@pytest.mark.parametrize(("rest", "factor"), [(64, 1.25), (2, 5.0)])
def test_the_last_batch_widens_the_spread_of_running_means_as_documented(rest, factor):
    momentum, batch_size, epochs = 0.1, 256, 20_000
    sizes = np.array([*[batch_size] * 40, rest])
    means = np.random.default_rng(0).normal(size=(epochs, len(sizes))) / np.sqrt(sizes)
    decay = (1 - momentum) ** np.arange(len(sizes))[::-1]
    running_means = momentum * means @ decay  # what came before this epoch has decayed to 1 %
    equal = np.sqrt(momentum / (2 - momentum) / batch_size)
    assert np.std(running_means) / equal == pytest.approx(factor, rel=0.05)
