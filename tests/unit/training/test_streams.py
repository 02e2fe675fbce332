"""The batches of a training."""

import numpy as np
import pytest
import torch

from ltsei.components.samplers._shared import Sampler
from ltsei.training.streams import Stream, step_batches

LABELS = torch.from_numpy(np.repeat(np.arange(3), (12, 6, 3)))
INPUTS = torch.arange(21.0)[:, None]


def stream(draws=(12.0, 6.0, 3.0), seed=0):
    return Stream(Sampler(lambda progress: np.array(draws)), INPUTS, LABELS, np.random.default_rng(seed))


def test_an_epoch_is_as_long_as_the_sampler_says_or_as_it_is_told():
    assert stream().open_epoch(0.0) == 21
    assert stream((7.0, 7.0, 7.0)).open_epoch(0.0, 30) == 30


def test_a_scaled_epoch_keeps_the_shares_of_the_classes():
    partner = stream((1.0, 2.0, 3.0))
    partner.open_epoch(0.0, 60)
    assert torch.bincount(partner.epoch_labels).tolist() == [10, 20, 30]


def test_a_batch_holds_the_inputs_and_labels_of_its_rows():
    drawn = stream()
    drawn.open_epoch(0.0)
    batch = drawn.batch(slice(5, 9))
    assert batch.inputs[:, 0].long().tolist() == drawn.order[5:9].tolist()
    assert torch.equal(batch.labels, LABELS[drawn.order[5:9]])


def test_the_logits_of_a_teacher_come_with_their_signals():
    sampler = Sampler(lambda progress: np.array([7.0, 7.0, 7.0]))
    drawn = Stream(sampler, INPUTS, LABELS, np.random.default_rng(0), INPUTS.repeat(1, 3))
    drawn.open_epoch(0.0)
    batch = drawn.batch(slice(4, 15))
    assert torch.equal(batch.teacher, batch.inputs.repeat(1, 3))
    without = stream((7.0, 7.0, 7.0))
    without.open_epoch(0.0)
    assert without.batch(slice(4, 15)).teacher is None
    assert torch.equal(without.order, drawn.order)


def test_a_signal_repeats_from_its_second_draw_in_an_epoch_on():
    drawn = stream((0.0, 0.0, 9.0))
    for _ in range(2):
        drawn.open_epoch(0.0)
        order, repeated = drawn.order.tolist(), drawn.batch(slice(0, 9)).repeated.tolist()
        assert repeated == [signal in order[:place] for place, signal in enumerate(order)]
        assert sum(repeated) == 6


def test_a_step_has_the_same_rows_of_each_stream():
    streams = [stream(), stream((5.0, 5.0, 5.0), seed=1)]
    for each in streams:
        each.open_epoch(0.0, 15)
    first, second = step_batches(streams, slice(3, 7))
    assert torch.equal(first.labels, streams[0].epoch_labels[3:7])
    assert torch.equal(second.labels, streams[1].epoch_labels[3:7])


@pytest.mark.parametrize("opened", [True, False])
def test_a_restored_stream_continues_with_the_same_draws(opened):
    original, other = stream((8.0, 8.0, 8.0)), stream((8.0, 8.0, 8.0), seed=5)
    original.open_epoch(0.0)
    if not opened:
        original.close_epoch()
    other.load_state_dict(original.state_dict())
    if opened:
        assert torch.equal(original.batch(slice(0, 24)).repeated, other.batch(slice(0, 24)).repeated)
    else:
        assert other.order is None
    for each in (original, other):
        each.open_epoch(0.5)
    assert torch.equal(original.order, other.order)


def unlabelled(ratio, seed=7):
    return Stream.of_unlabelled(-torch.arange(1.0, 9.0)[:, None], ratio, np.random.default_rng(seed))


def test_unlabelled_signals_come_with_the_first_batch_a_fixed_number_for_each_of_its_rows():
    streams = [stream(), stream((5.0, 5.0, 5.0), seed=1), unlabelled(3)]
    for each in streams:
        each.open_epoch(0.0, 15)
    first, partner = step_batches(streams, slice(3, 7))
    assert torch.equal(first.unlabelled.inputs[:, 0], streams[2].inputs[streams[2].order[9:21], 0])
    assert torch.equal(first.labels, streams[0].epoch_labels[3:7])
    assert partner.unlabelled is None
    later = step_batches(streams, slice(7, 15))[0].unlabelled
    assert len(later.inputs) == 24


def test_unlabelled_signals_are_cycled_through_across_epochs():
    drawn, seen = unlabelled(2), []
    for _ in range(4):
        drawn.open_epoch(0.0, 3)
        seen += drawn.order.tolist()
    assert len(set(seen[:6])) == 6
    assert np.bincount(seen, minlength=8).tolist() == [3] * 8
