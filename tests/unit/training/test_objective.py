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
    context = prior_context(np.array([60, 30, 10]), signal_shape=(8, 2), sample_rate_hz=None, in_features=6)
    return build_objective(recipe, context, seed=3, device=CPU)


def test_class_weights_know_how_the_sampler_draws():
    weights = objective(class_weights={"name": "compensated", "beta": 0.0}, sampler="class_balanced").class_weights(0)
    assert weights / weights.sum() == pytest.approx([0.6, 0.3, 0.1])


def test_the_seed_alone_decides_the_weights_that_a_loss_starts_with():
    before = torch.random.get_rng_state()
    weights = []
    for seed in (0, 1):
        torch.manual_seed(seed)
        weights.append(torch.cat([each.flatten() for each in objective(loss="hybrid_psc").loss.parameters()]))
    torch.manual_seed(7)
    state = torch.random.get_rng_state()
    objective(loss="hybrid_psc")
    assert torch.equal(*weights)
    assert torch.equal(torch.random.get_rng_state(), state)
    torch.random.set_rng_state(before)


def test_the_generator_starts_from_the_seed():
    draws = [torch.rand(2, generator=objective().generator) for _ in range(2)]
    assert torch.equal(*draws)
