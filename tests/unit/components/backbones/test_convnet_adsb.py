import pytest
import torch

NAME = "convnet_adsb"


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
def test_size_and_cost_at_4800_samples_and_100_classes(parameters_and_macs, options, weights, macs):
    assert parameters_and_macs(NAME, 4800, 100, **options) == pytest.approx((weights, macs), rel=0.01)


def test_weights_of_the_full_network_are_those_of_the_layer_table(parameters_and_macs):
    table = [(2, 50, 15), (50, 100, 11), (100, 150, 7), (150, 200, 5), (200, 200, 5), (200, 300, 5), (300, 300, 5)]
    table += [(300, 350, 5), (350, 350, 5), *[(350, 350, 7)] * 4]
    convolutions = sum(i * o * k + 2 * o for i, o, k in table)
    attention = 2 * 350 * 21
    assert parameters_and_macs(NAME, 4800, 100)[0] == convolutions + attention + 350 * 100 + 100


def test_features_have_the_scaled_width(network):
    model = network(NAME, 200, 2, width=0.1).eval()
    assert model(torch.zeros(3, 2, 200)).shape == (3, 35)
    assert model.out_features == 35


def test_the_stem_does_not_shrink_the_length_more_than_pooling_would(network):
    full, strided = (network(NAME, 4800, 2, width=0.1, stem=stem).eval() for stem in ("full", "strided"))
    signals = torch.zeros(1, 2, 1, 4800)
    assert full.blocks(signals).shape[-1] == strided.blocks(signals).shape[-1] == 13
