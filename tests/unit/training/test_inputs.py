"""The signals of a cell, and the identity of them that an interrupted training compares before it resumes."""

import dataclasses

import numpy as np
import pytest
import torch

from ltsei.data.split import Split
from ltsei.data.store import Meta, Store
from ltsei.data.unlabelled import UnlabelledStore
from ltsei.training.inputs import CellData
from ltsei.training.signal_memory import DiskSignals

META = Meta(("a", "b"), None, (10, 2), "bytes", (3, 2), (1, 1), {}, {})
SIGNALS = np.arange(100, dtype=np.float32).reshape(5, 10, 2)
STORE = Store(SIGNALS, np.array([0, 0, 0, 1, 1]), SIGNALS[:2], META)
SPLIT = Split(np.array([0, 3]), np.array([1]), np.array([1, 1]), 1.0, {"prepare": "p", "make_split": "s"})


def data(split=SPLIT, length=None, unlabelled=None):
    return CellData(STORE, split, length, "none", torch.device("cpu"), unlabelled)


@pytest.mark.parametrize(("memory", "kind"), [("device", torch.Tensor), ("disk", DiskSignals), ("auto", torch.Tensor)])
def test_training_signals_are_the_same_wherever_they_are_kept(memory, kind):
    inputs, labels = data(length=4).training(memory)
    assert isinstance(inputs, kind) and len(inputs) == 2
    order = torch.tensor([1, 0, 1])
    assert np.array_equal(inputs.index_select(0, order).numpy(), SIGNALS[[3, 0, 3], :4])
    assert labels.tolist() == [0, 1]


def test_validation_signals_have_their_labels():
    inputs, labels = data(length=4).validation()
    assert np.array_equal(inputs.numpy(), SIGNALS[[1], :4])
    assert labels.tolist() == [0]
    assert data(length=4).signal_shape == (4, 2)


def test_unlabelled_signals_are_preprocessed_as_the_others_and_are_part_of_the_identity():
    given = data(length=4, unlabelled=UnlabelledStore(SIGNALS[3:], "one"))
    assert np.array_equal(given.without_labels().numpy(), SIGNALS[3:, :4])
    others = [data(), data(unlabelled=UnlabelledStore(SIGNALS, "two"))]
    assert given.identity not in {each.identity for each in others}
    with pytest.raises(ValueError, match="but there are none"):
        data().without_labels()


def test_batches_cover_each_part_in_order_and_an_empty_one_is_one_empty_batch():
    assert np.array_equal(torch.cat(list(data().batches("test", 1))).numpy(), SIGNALS[:2])
    (empty,) = data(dataclasses.replace(SPLIT, val=np.array([], dtype=np.int64))).batches("val", 4)
    assert empty.shape == (0, 10, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"fingerprints": {"prepare": "other settings of the source", "make_split": "s"}},
        {"train": np.array([0, 4])},
        {"val": np.array([2])},
    ],
)
def test_signals_that_were_made_differently_have_another_identity(change):
    assert data(dataclasses.replace(SPLIT, **change)).identity != data().identity
