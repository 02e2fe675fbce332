"""What a training minimises."""

import numpy as np
import pytest
import torch

from ltsei.components.losses._shared import LossValue
from ltsei.config.stages import Training
from ltsei.core.context import prior_context
from ltsei.training.objective import build_objective, reduced

CPU = torch.device("cpu")
LOSSES, WEIGHTS = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([0.5, 0.5, 2.0])


def objective(**changes):
    values = {"loss": "cross_entropy", "sampler": "class_balanced", "epochs": 1, "batch_size": 4, "lr": 0.1}
    recipe = Training(**{**values, "weight_decay": 0.0, **changes})
    context = prior_context(np.array([60, 30, 10]), signal_shape=(8, 2), sample_rate_hz=None)
    return build_objective(recipe, context, seed=3, device=CPU)


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


def test_class_weights_know_how_the_sampler_draws():
    weights = objective(class_weights={"name": "compensated", "beta": 0.0}, sampler="class_balanced").class_weights(0)
    assert weights / weights.sum() == pytest.approx([0.6, 0.3, 0.1])


def test_the_generator_starts_from_the_seed():
    draws = [torch.rand(2, generator=objective().generator) for _ in range(2)]
    assert torch.equal(*draws)
