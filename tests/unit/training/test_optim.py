"""Optimizer and learning rate."""

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from ltsei.config.training import Training
from ltsei.training.optim import build_optimizer, epochs_since_best, lr_at, set_lr


def recipe(**changes):
    values = {"loss": "cross_entropy", "sampler": "instance_balanced", "epochs": 10, "batch_size": 4}
    return Training(**{**values, "lr": 0.2, "weight_decay": 0.01, **changes})


def test_warm_up_is_linear_and_ends_at_lr():
    rates = [lr_at(recipe(warmup_epochs=4, schedule="constant"), position) for position in (0.5, 1, 2, 4)]
    assert rates == pytest.approx([0.025, 0.05, 0.1, 0.2])


def test_cosine_falls_from_lr_through_its_half_to_zero():
    assert [lr_at(recipe(), position) for position in (0, 5, 10)] == pytest.approx([0.2, 0.1, 0.0])


def test_cosine_ends_at_its_floor():
    floored = recipe(schedule={"name": "cosine", "floor": 0.1})
    assert [lr_at(floored, position) for position in (0, 5, 10)] == pytest.approx([0.2, 0.11, 0.02])


def test_cosine_starts_after_the_warm_up():
    warm = recipe(warmup_epochs=2)
    assert [lr_at(warm, position) for position in (2, 6, 10)] == pytest.approx([0.2, 0.1, 0.0])


def test_constant_stays():
    assert {lr_at(recipe(schedule="constant"), position) for position in (0, 3.7, 10)} == {0.2}


def test_milestones_each_multiply_the_rate_by_gamma():
    steps = recipe(schedule={"name": "step", "milestones": [4, 8], "gamma": 0.1})
    assert [lr_at(steps, position) for position in (3.9, 4, 7.9, 8)] == pytest.approx([0.2, 0.02, 0.02, 0.002])


def test_cosine_restarts_with_longer_and_longer_periods():
    restarts = recipe(epochs=30, schedule={"name": "cosine_restarts", "period": 4, "growth": 2.0})
    rates = [lr_at(restarts, position) for position in (0, 2, 4, 8, 12, 20)]
    assert rates == pytest.approx([0.2, 0.1, 0.2, 0.1, 0.2, 0.1])


def rows(*values):
    return [{"val_loss": value, "val_balanced_accuracy": None if value is None else -value} for value in values]


@pytest.mark.parametrize("monitor", ["val_loss", "val_balanced_accuracy"])
def test_a_plateau_lowers_the_rate_when_patience_is_exceeded(monitor):
    plateau = recipe(schedule={"name": "plateau", "factor": 0.5, "patience": 1, "monitor": monitor})
    histories = [rows(), rows(3, 2), rows(3, 2, 2), rows(3, 2, 2, 2), rows(3, 2, 2, 2, 1, 1), rows(3, 2, 2, 2, 1, 1, 1)]
    rates = [lr_at(plateau, 5, history) for history in histories]
    assert rates == pytest.approx([0.2, 0.2, 0.2, 0.1, 0.1, 0.05])


def test_epochs_are_counted_since_the_first_best_value():
    assert epochs_since_best(rows(), "val_loss") == 0
    assert epochs_since_best(rows(3, 1, 1, None), "val_loss") == 2


def test_a_warm_up_as_long_as_the_training_is_refused():
    with pytest.raises(ValidationError, match="expected fewer than epochs = 10"):
        recipe(warmup_epochs=10)


def model():
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.LayerNorm(4), nn.Linear(4, 2, bias=False))


def test_norms_and_biases_have_no_weight_decay_where_the_recipe_says_so():
    layers = model()
    optimizer = build_optimizer(recipe(decay_norm_and_bias=False), (layers, 1.0))
    decay = {parameter: group["weight_decay"] for group in optimizer.param_groups for parameter in group["params"]}
    assert {name: decay[parameter] for name, parameter in layers.named_parameters()} == {
        "0.weight": 0.01,
        "3.weight": 0.01,
        "0.bias": 0.0,
        "1.weight": 0.0,
        "1.bias": 0.0,
        "2.weight": 0.0,
        "2.bias": 0.0,
    }


def test_all_parameters_decay_by_default():
    groups = build_optimizer(recipe(), (model(), 1.0)).param_groups
    assert [(len(group["params"]), group["weight_decay"]) for group in groups] == [(7, 0.01)]


def test_frozen_parameters_are_left_out_and_shared_ones_are_taken_once():
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    second.weight = first.weight
    first.bias.requires_grad_(False)
    (group,) = build_optimizer(recipe(), (first, 1.0), (second, 1.0)).param_groups
    assert [id(parameter) for parameter in group["params"]] == [id(first.weight), id(second.bias)]


def test_a_part_with_a_factor_of_its_own_multiplies_that_of_the_module():
    parts = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 3))
    parts[1].lr_factor = 0.25
    optimizer = build_optimizer(recipe(), (parts, 2.0))
    set_lr(optimizer, 0.1)
    rates = {id(parameter): group["lr"] for group in optimizer.param_groups for parameter in group["params"]}
    assert [rates[id(parts[place].weight)] for place in (0, 1)] == pytest.approx([0.2, 0.05])


@pytest.mark.parametrize(
    ("name", "kind"), [("sgd", torch.optim.SGD), ("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW)]
)
def test_the_recipe_names_the_optimizer(name, kind):
    optimizer = build_optimizer(recipe(optimizer=name), (model(), 1.0))
    assert type(optimizer).__bases__ == (kind,)


@pytest.mark.parametrize(
    ("chosen", "kind", "settings"),
    [
        ({"name": "sgd", "momentum": 0.8, "nesterov": True}, torch.optim.SGD, {"momentum": 0.8, "nesterov": True}),
        ({"name": "adam", "beta1": 0.7, "beta2": 0.9}, torch.optim.Adam, {"betas": (0.7, 0.9)}),
        ({"name": "adamw"}, torch.optim.AdamW, {}),
    ],
)
def test_steps_are_those_of_torch_to_the_bit(chosen, kind, settings):
    ours, theirs = (nn.utils.skip_init(nn.Linear, 3, 4) for _ in range(2))
    for layer in (ours, theirs):
        nn.init.constant_(layer.weight, 0.5)
        nn.init.constant_(layer.bias, 0.1)
    optimizers = [
        build_optimizer(recipe(optimizer=chosen), (ours, 1.0)),
        kind(theirs.parameters(), 0.2, weight_decay=0.01, fused=True, **settings),
    ]
    inputs = torch.linspace(-1, 2, 15).view(5, 3)
    for _ in range(3):
        for layer, optimizer in zip((ours, theirs), optimizers, strict=True):
            optimizer.zero_grad()
            layer(inputs).square().sum().backward()
            optimizer.step()
    assert torch.equal(ours.weight, theirs.weight) and torch.equal(ours.bias, theirs.bias)


def test_sgd_with_momentum_follows_its_formula():
    weight = nn.Linear(1, 1, bias=False)
    nn.init.ones_(weight.weight)
    chosen = {"name": "sgd", "momentum": 0.5}
    optimizer = build_optimizer(recipe(optimizer=chosen, lr=0.1, weight_decay=0.2), (weight, 1.0))
    for _ in range(2):
        weight.weight.grad = torch.full((1, 1), 3.0)
        optimizer.step()
    first = 1 - 0.1 * 3.2
    second = first - 0.1 * (0.5 * 3.2 + 3 + 0.2 * first)
    assert weight.weight.item() == pytest.approx(second, rel=1e-6)


def test_the_learning_rate_is_set_in_every_group():
    optimizer = build_optimizer(recipe(decay_norm_and_bias=False), (model(), 1.0))
    set_lr(optimizer, 0.03)
    assert [group["lr"] for group in optimizer.param_groups] == [0.03, 0.03]
