import numpy as np
import pytest
import torch
from torch import nn

from ltsei import components
from ltsei.backbones import convnet_adsb
from ltsei.components import Context
from ltsei.errors import InputError


def context(*signal_shape):
    return Context(np.array([5, 3]), 2, signal_shape, None, None, lambda progress: np.full(2, 0.5))


def network(*signal_shape, **parameters):
    return components.build("backbones", {"name": "convnet_adsb", **parameters}, context(*signal_shape))


def parameters_and_macs(length, num_classes, **options):
    """Count weights and multiply-adds of convolutions and linear layers, a linear head with bias included."""
    macs = []

    def count(module, _, output):
        macs.append(module.weight.numel() * (output.shape[-1] if isinstance(module, nn.Conv2d) else 1))

    with torch.device("meta"):
        model = network(length, 2, **options)
        model = nn.Sequential(model, nn.Linear(model.out_features, num_classes)).eval()
        for module in model.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                module.register_forward_hook(count)
        model(torch.empty(1, 2, length))
    return sum(weight.numel() for weight in model.parameters()), sum(macs)


@pytest.mark.parametrize(
    ("options", "weights", "macs"),
    [
        ({}, 5.87e6, 381e6),
        ({"width": 0.5}, 1.49e6, 97e6),
        ({"width": 0.25}, 0.38e6, 25e6),
        ({"width": 0.5, "stem": "strided"}, 0.74e6, 41e6),
        ({"width": 0.25, "stem": "strided"}, 0.19e6, 10.5e6),
    ],
)
def test_size_and_cost_at_4800_samples_and_100_classes(options, weights, macs):
    assert parameters_and_macs(4800, 100, **options) == pytest.approx((weights, macs), rel=0.01)


def test_weights_of_the_full_network_are_those_of_the_layer_table():
    table = [(2, 50, 15), (50, 100, 11), (100, 150, 7), (150, 200, 5), (200, 200, 5), (200, 300, 5), (300, 300, 5)]
    table += [(300, 350, 5), (350, 350, 5), *[(350, 350, 7)] * 4]
    convolutions = sum(i * o * k + 2 * o for i, o, k in table)
    attention = 2 * 350 * 21
    assert parameters_and_macs(4800, 100)[0] == convolutions + attention + 350 * 100 + 100


@pytest.mark.parametrize("stem", ["full", "strided"])
def test_the_number_of_weights_does_not_depend_on_the_length(stem):
    assert parameters_and_macs(64, 3, stem=stem)[0] == parameters_and_macs(4801, 3, stem=stem)[0]


def test_features_have_the_scaled_width():
    model = network(200, 2, width=0.1).eval()
    assert model(torch.zeros(3, 2, 200)).shape == (3, 35)
    assert model.out_features == 35


def test_pooled_attention_is_attention_on_maps_then_pooling():
    torch.manual_seed(0)
    model = network(400, 2, width=0.1).eval()
    signals = torch.randn(4, 2, 400)
    maps = model.blocks(signals.unsqueeze(2))
    weights = model.attention(maps.mean((2, 3)), maps.amax((2, 3)))
    torch.testing.assert_close(model(signals), (maps * weights[:, :, None, None]).amax((2, 3)))


def test_attention_can_be_left_out():
    assert not [name for name, _ in network(64, 2, attention=False).named_parameters() if "attention" in name]


def test_dropout_acts_in_training_only():
    model, signals = network(400, 2, width=0.5, dropout=0.5), torch.randn(8, 2, 400)
    assert not torch.equal(model(signals), model(signals))
    model.eval()
    torch.testing.assert_close(model(signals), model(signals), rtol=0, atol=0)


def test_without_dropout_training_is_deterministic():
    model, signals = network(400, 2, width=0.5, dropout=0.0), torch.randn(8, 2, 400)
    torch.testing.assert_close(model(signals), model(signals), rtol=0, atol=0)


def test_the_stem_does_not_shrink_the_length_more_than_pooling_would():
    full, strided = (network(4800, 2, width=0.1, stem=stem).eval() for stem in ("full", "strided"))
    signals = torch.zeros(1, 2, 1, 4800)
    assert full.blocks(signals).shape[-1] == strided.blocks(signals).shape[-1] == 13


@pytest.mark.parametrize("options", [{"width": 0.0}, {"width": -1.0}, {"dropout": 1.0}, {"dropout": -0.1}])
def test_senseless_parameters_are_refused(options):
    with pytest.raises(InputError, match=next(iter(options))):
        network(64, 2, **options)


def test_images_are_refused():
    with pytest.raises(InputError, match=r"got \(28, 28, 1\), this backbone takes"):
        convnet_adsb.build(context(28, 28, 1))
