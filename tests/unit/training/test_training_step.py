"""The reduction of the losses of a batch."""

import pytest
import torch

from ltsei.components.losses._shared import LossValue
from ltsei.training.training_step import reduced

LOSSES, WEIGHTS = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([0.5, 0.5, 2.0])


def test_weighted_mean_divides_by_the_weights():
    assert reduced(LossValue(LOSSES), WEIGHTS, "weighted_mean").item() == pytest.approx(9.5 / 3)


def test_batch_mean_divides_by_the_signals():
    weights = torch.tensor([0.5, 0.5, 5.0])
    assert reduced(LossValue(LOSSES), weights, "batch_mean").item() == pytest.approx(21.5 / 3)


def test_the_scale_of_the_weights_matters_for_batch_mean_alone():
    value = LossValue(LOSSES)
    ratios = [
        reduced(value, 3 * WEIGHTS, how) / reduced(value, WEIGHTS, how) for how in ("weighted_mean", "batch_mean")
    ]
    assert [ratio.item() for ratio in ratios] == pytest.approx([1.0, 3.0])


def test_terms_are_added_after_the_reduction():
    value = LossValue(LOSSES, {"gate": torch.tensor(0.25), "balance": torch.tensor(1.0)})
    bare = reduced(LossValue(LOSSES), WEIGHTS, "weighted_mean")
    assert reduced(value, WEIGHTS, "weighted_mean").item() == pytest.approx(bare.item() + 1.25)
