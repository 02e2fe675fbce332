"""Sharpness-aware minimisation, against a transcription in NumPy."""

import numpy as np
import pytest
import torch
from torch import nn

from ltsei.core.context import build_component
from ltsei.training.repeatable_step import RepeatableStep

RHO = 0.3


def problem(seed=0):
    """Return inputs [N, D], one-hot labels [N, C] and weights of a softmax regression, float64."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(12, 4)), np.eye(3)[rng.integers(0, 3, 12)], rng.normal(size=(3, 4)), rng.normal(size=3)


def gradients(inputs, labels, weight, bias):
    """Return the gradients of the mean cross-entropy."""
    scores = np.exp(inputs @ weight.T + bias)
    errors = scores / scores.sum(axis=1, keepdims=True) - labels
    return errors.T @ inputs / len(inputs), errors.mean(axis=0)


def climbed_gradients(inputs, labels, weight, bias, rho):
    """Return the gradients at w + ρ g/‖g‖ (eq. 2 and 3 of the paper)."""
    of_weight, of_bias = gradients(inputs, labels, weight, bias)
    norm = np.sqrt((of_weight**2).sum() + (of_bias**2).sum())
    return gradients(inputs, labels, weight + rho * of_weight / norm, bias + rho * of_bias / norm)


def network(weight, bias):
    layer = nn.Linear(weight.shape[1], weight.shape[0]).double()
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight))
        layer.bias.copy_(torch.from_numpy(bias))
    return layer


def aware(module, loss, rho=RHO, generator=None):
    """Take a gradient of `loss`, a function without arguments."""

    def gradient(factors):
        value = loss()
        value.backward()
        return value.item()

    step = RepeatableStep(gradient, list(module.parameters()), [module], generator or torch.Generator())
    build_component("updates", {"name": "sam", "rho": rho}, None).take_gradient(step)
    return step.records


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_that_at_the_climbed_weights(seed):
    inputs, labels, weight, bias = problem(seed)
    layer, signals, targets = network(weight, bias), torch.from_numpy(inputs), torch.from_numpy(labels.argmax(1))
    aware(layer, lambda: nn.functional.cross_entropy(layer(signals), targets))
    expected = climbed_gradients(inputs, labels, weight, bias, RHO)
    for gradient, wanted, plain in zip(
        (layer.weight.grad, layer.bias.grad), expected, gradients(inputs, labels, weight, bias), strict=True
    ):
        np.testing.assert_allclose(gradient.numpy(), wanted, rtol=1e-9)
        assert np.abs(wanted - plain).max() > 0.01


def test_weights_return_to_their_bytes_and_the_loss_is_that_before_the_climb():
    inputs, _, weight, bias = problem()
    layer = network(0.1 * weight, 0.1 * bias).float()
    signals = torch.from_numpy(inputs).float()
    before, loss = [parameter.detach().clone() for parameter in layer.parameters()], layer(signals).square().mean()
    assert aware(layer, lambda: layer(signals).square().mean()) == loss.item()
    assert all(torch.equal(one, other) for one, other in zip(before, layer.parameters(), strict=True))


def test_both_passes_draw_the_same_numbers_and_leave_the_streams_as_one_pass_does():
    layer, generator = nn.Linear(4, 3), torch.Generator().manual_seed(3)
    seen = []

    def loss():
        seen.append((torch.rand(5), torch.rand(5, generator=generator)))
        return layer(torch.ones(2, 4)).square().mean()

    with torch.random.fork_rng():
        torch.manual_seed(7)
        aware(layer, loss, generator=generator)
        following = torch.rand(5), torch.rand(5, generator=generator)
        torch.manual_seed(7)
        expected = [torch.rand(5), torch.rand(5)][1], torch.rand(10, generator=generator.manual_seed(3))[5:]
    first, second = seen
    for streams in (zip(first, second, strict=True), zip(following, expected, strict=True)):
        assert all(torch.equal(one, other) for one, other in streams)


def test_buffers_stay_as_the_first_pass_leaves_them():
    inputs = torch.randn(16, 4, generator=torch.Generator().manual_seed(0))
    aware_of, plain = (nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)) for _ in range(2))
    plain.load_state_dict(aware_of.state_dict())
    aware(aware_of, lambda: aware_of(inputs)[:, 0].exp().mean())
    plain(inputs)
    assert aware_of[1].num_batches_tracked == 1
    assert all(torch.equal(one, other) for one, other in zip(aware_of.buffers(), plain.buffers(), strict=True))


def test_without_a_gradient_weights_stay():
    layer = nn.Linear(4, 3)
    aware(layer, lambda: 0 * layer(torch.ones(2, 4)).sum())
    assert all(parameter.isfinite().all() and parameter.grad.isfinite().all() for parameter in layer.parameters())


def test_parameters_that_the_loss_does_not_use_are_left_out():
    pair = nn.ModuleList([nn.Linear(4, 3), nn.Linear(4, 3)])
    aware(pair, lambda: pair[0](torch.ones(2, 4)).square().sum())
    assert pair[1].weight.grad is None
    assert pair[0].weight.grad is not None
