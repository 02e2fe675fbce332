import re

import numpy as np
import pytest
import torch

from ltsei.core import registry
from ltsei.core.context import Context, build_component
from ltsei.core.errors import InputError

NAMES = registry.names("backbones")
LENGTHS = [64, 129, 301]

pytestmark = pytest.mark.parametrize("name", NAMES)


def axes(name):
    """Axes beside the channels of what a backbone takes: 2 for images."""
    return registry.declared("backbones", name, "AXES", 1)


def size(name, length):
    """Signals of a length, or images about as large."""
    return (length,) if axes(name) == 1 else (length // 8, length // 9)


def build(name, length=129, channels=2, seed=0):
    shape = (*size(name, length), channels)
    parameters = {"mean": [0.5] * channels, "std": [0.5] * channels} if axes(name) == 2 else {}
    context = Context(np.array([9, 4, 2]), 3, shape, 50e6, None, lambda progress: np.full(3, 1 / 3))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return build_component("backbones", {"name": name, **parameters}, context)


def signals(name, count=4, length=129, channels=2):
    """A batch as it comes from the store: [B, channels, *shape], a view of channels-last memory."""
    generator = torch.Generator().manual_seed(1)
    return torch.randn(count, *size(name, length), channels, generator=generator).movedim(-1, 1)


@pytest.mark.parametrize("length", LENGTHS)
def test_features_have_the_declared_width(name, length):
    model = build(name, length).eval()
    features = model(signals(name, 4, length))
    assert features.shape == (4, model.out_features)
    assert features.isfinite().all()


@pytest.mark.parametrize("length", LENGTHS)
def test_one_signal_gives_the_features_it_has_in_a_batch(name, length):
    model, batch = build(name, length).eval(), signals(name, 4, length)
    torch.testing.assert_close(model(batch[:1]), model(batch)[:1], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("channels", [1, 3])
def test_other_channels_than_two_work_or_are_refused(name, channels):
    try:
        model = build(name, channels=channels).eval()
    except InputError as error:
        assert "needs the two channels I and Q" in str(error)
    else:
        assert model(signals(name, channels=channels)).isfinite().all()


def test_signals_of_the_other_kind_are_refused(name):
    shape = (28, 28, 1) if axes(name) == 1 else (28, 1)
    context = Context(np.array([5, 3]), 2, shape, None, None, lambda progress: np.full(2, 0.5))
    with pytest.raises(InputError, match=rf"got {re.escape(str(shape))}, this backbone takes"):
        build_component("backbones", name, context)


def test_weights_do_not_depend_on_the_length(name):
    shapes = [{key: value.shape for key, value in build(name, length).state_dict().items()} for length in (64, 301)]
    assert shapes[0] == shapes[1]


def test_bias_columns_are_the_last_ones_and_sum_to_one(name):
    model = build(name).eval()
    columns = getattr(model, "bias_columns", ())
    assert columns == tuple(range(model.out_features - len(columns), model.out_features))
    total = model(signals(name))[:, columns].sum(1)
    torch.testing.assert_close(total, torch.full((4,), 1.0 if columns else 0.0))


def test_memory_order_does_not_matter(name):
    model, batch = build(name).eval(), signals(name)
    torch.testing.assert_close(model(batch.contiguous()), model(batch), atol=1e-5, rtol=1e-4)


def test_signals_are_left_unchanged(name):
    batch = signals(name)
    build(name)(batch)
    torch.testing.assert_close(batch, signals(name), rtol=0, atol=0)


def test_gradients_reach_every_parameter(name):
    model = build(name)
    model(signals(name, 8)).square().sum().backward()
    for parameter_name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.isfinite().all(), parameter_name
    assert any(parameter.grad.any() for parameter in model.parameters())


def test_the_same_seed_gives_the_same_features(name):
    one, same, other = (build(name, seed=seed).eval()(signals(name)) for seed in (0, 0, 1))
    torch.testing.assert_close(one, same, rtol=0, atol=0)
    assert not torch.equal(one, other)


def test_a_training_step_is_deterministic(name):
    def step():
        model = build(name)
        with torch.random.fork_rng():
            torch.manual_seed(3)
            model(signals(name, 8)).square().mean().backward()
        return [parameter.grad for parameter in model.parameters()]

    for first, second in zip(step(), step(), strict=True):
        torch.testing.assert_close(first, second, rtol=0, atol=0)


def test_a_state_dict_restores_the_features(name):
    trained, fresh = build(name), build(name, seed=5).eval()
    trained(signals(name, 8))
    fresh.load_state_dict(trained.state_dict())
    torch.testing.assert_close(fresh(signals(name)), trained.eval()(signals(name)), rtol=0, atol=0)


def test_bfloat16_autocast_gives_finite_features_close_to_float32(name):
    model = build(name).eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        half = model(signals(name)).float()
    full = model(signals(name))
    assert half.isfinite().all()
    assert torch.nn.functional.cosine_similarity(half, full).min() > 0.98
