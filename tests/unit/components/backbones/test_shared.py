"""The parts of the convolutional backbones, and the options that their members share."""

import numpy as np
import pytest
import torch
from torch import nn

from ltsei.components.backbones._shared import (
    ChannelAttention,
    ResidualBlock,
    as_image,
    conv_norm_relu,
    normalisation,
    pooled,
)

SMALL = {"convnet_adsb": {"width": 0.5}, "resnet1d": {"base": 8}, "dilated_tcn": {"channels": 16}}
members = pytest.mark.parametrize("name", SMALL)


@pytest.fixture
def signals():
    return torch.randn(8, 2, 400, generator=torch.Generator().manual_seed(0))


def test_a_batch_gathered_from_the_store_becomes_an_image_without_a_copy():
    gathered = torch.randn(4, 50, 2)
    image = as_image(gathered.transpose(1, 2))
    assert image.data_ptr() == gathered.data_ptr()
    assert image.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("kernel", [1, 3, 15])
@pytest.mark.parametrize("dilation", [1, 4])
@pytest.mark.parametrize(("stride", "length"), [(1, 17), (2, 9), (4, 5)])
def test_convolutions_divide_the_length_by_the_stride_and_round_up(kernel, dilation, stride, length):
    assert conv_norm_relu(2, 3, kernel, stride, dilation)(torch.zeros(2, 2, 1, 17)).shape == (2, 3, 1, length)


@pytest.mark.parametrize("dilation", [1, 3])
def test_convolutions_are_those_of_one_dimension(dilation):
    block, signals = conv_norm_relu(2, 3, 5, dilation=dilation).eval(), torch.randn(4, 2, 30)
    weight = block[0].weight.squeeze(2)
    expected = torch.nn.functional.conv1d(signals, weight, padding=2 * dilation, dilation=dilation).relu()
    torch.testing.assert_close(block(as_image(signals)).squeeze(2), expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(("channels", "groups"), [(350, 14), (64, 4), (50, 2), (37, 1), (16, 1), (5, 1)])
def test_groups_are_equal_and_of_at_least_sixteen_channels(channels, groups):
    assert normalisation(channels, "gn").num_groups == groups


def test_the_predecessors_automatic_choice_is_batch_normalisation():
    assert isinstance(normalisation(64, "auto"), nn.BatchNorm2d)


def test_layer_normalisation_is_over_time_and_all_channels():
    maps = torch.arange(64.0)[:, None, None] * torch.randn(4, 64, 1, 20)
    expected = nn.functional.layer_norm(maps, maps.shape[1:])
    torch.testing.assert_close(normalisation(64, "ln")(maps), expected, atol=1e-5, rtol=1e-4)


def test_a_block_whose_residual_is_zero_passes_on_what_is_positive_of_its_input():
    block = ResidualBlock(4, 4, dilation=2).eval()
    nn.init.zeros_(block.residual[-1][0].weight)
    maps = torch.randn(2, 4, 1, 16, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(block(maps), torch.where(maps > 0, maps, 0.0))


def weights_of_channels(attention, maps):
    """Woo et al. 2018, equation 2, in NumPy: σ(W1 max(0, W0 mean) + W1 max(0, W0 peak)), [B, D]."""
    down, up = (layer.weight.detach().numpy() for layer in attention.shared if isinstance(layer, nn.Linear))
    signals = maps[:, :, 0].numpy()
    total = sum(np.maximum(0, pool @ down.T) @ up.T for pool in (signals.mean(axis=2), signals.max(axis=2)))
    return 1 / (1 + np.exp(-total))


@pytest.mark.parametrize("how", ["mean", "max"])
def test_pooled_channels_are_weighted_by_attention_to_mean_and_peak(how):
    attention = ChannelAttention(32)
    maps = 3 * torch.randn(4, 32, 1, 10, generator=torch.Generator().manual_seed(0))
    expected = weights_of_channels(attention, maps) * getattr(maps[:, :, 0].numpy(), how)(axis=2)
    np.testing.assert_allclose(pooled(maps, how, attention).detach().numpy(), expected, rtol=1e-4, atol=1e-5)


@members
@pytest.mark.parametrize("norm", ["gn", "ln"])
def test_without_batch_normalisation_a_signal_does_not_see_its_batch(network, signals, name, norm):
    model = network(name, 400, 2, norm=norm, dropout=0.0, **SMALL[name]).train()
    torch.testing.assert_close(model(signals)[:1], model(signals[:1]), atol=1e-5, rtol=1e-4)


@members
def test_the_normalisation_does_not_change_the_number_of_weights(network, name):
    weights = [sum(map(torch.numel, network(name, 400, 2, norm=norm).parameters())) for norm in ("bn", "gn", "ln")]
    assert weights[0] == weights[1] == weights[2]


@members
def test_attention_is_optional(network, name):
    def parts(attention):
        return {key.split(".")[0] for key, _ in network(name, 64, 2, attention=attention).named_parameters()}

    assert parts(True) - parts(False) == {"attention"}


@members
def test_dropout_acts_in_training_only(network, signals, name):
    model = network(name, 400, 2, dropout=0.5, **SMALL[name])
    assert (model(signals) == 0).float().mean() > 0.3
    assert not torch.equal(model(signals), model(signals))
    model.eval()
    torch.testing.assert_close(model(signals), model(signals), rtol=0, atol=0)
