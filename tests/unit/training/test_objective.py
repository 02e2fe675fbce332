"""What a training minimises."""

import numpy as np
import pytest
import torch

from ltsei.config.training import Training
from ltsei.core.context import prior_context
from ltsei.training.objective import build_objective

CPU = torch.device("cpu")


def objective(**changes):
    values = {"loss": "cross_entropy", "sampler": "class_balanced", "epochs": 1, "batch_size": 4, "lr": 0.1}
    recipe = Training(**{**values, "weight_decay": 0.0, **changes})
    context = prior_context(np.array([60, 30, 10]), signal_shape=(8, 2), sample_rate_hz=None)
    return build_objective(recipe, context, seed=3, device=CPU)


def test_class_weights_know_how_the_sampler_draws():
    weights = objective(class_weights={"name": "compensated", "beta": 0.0}, sampler="class_balanced").class_weights(0)
    assert weights / weights.sum() == pytest.approx([0.6, 0.3, 0.1])


def test_the_generator_starts_from_the_seed():
    draws = [torch.rand(2, generator=objective().generator) for _ in range(2)]
    assert torch.equal(*draws)
