import pytest
import torch

NAME = "dilated_tcn"


@pytest.mark.parametrize(
    ("options", "weights", "macs", "tolerance"),
    [
        ({}, 0.106e6, 474e6, 0.01),
        ({"stem": "strided"}, 0.16e6, 90e6, 0.02),
        ({"stem": "strided", "channels": 32}, 0.04e6, 23e6, 0.05),
    ],
)
def test_size_and_cost_at_4800_samples_and_100_classes(parameters_and_macs, options, weights, macs, tolerance):
    assert parameters_and_macs(NAME, 4800, 100, **options) == pytest.approx((weights, macs), rel=tolerance)


@pytest.mark.parametrize(("stem", "reach"), [("full", 63), ("strided", 2031)])
def test_the_receptive_field_is_as_stated(network, stem, reach):
    model = network(NAME, 4801, 2, stem=stem, channels=4, norm="bn").eval()
    for module in model.modules():  # without ReLU and with positive weights no path cancels another
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.constant_(module.weight, 0.1)
    signals = torch.ones(1, 2, 1, 4801, requires_grad=True)
    maps = model.blocks(model.stem(signals))
    maps[0, 0, 0, maps.shape[-1] // 2].backward()
    assert signals.grad[0, 0, 0].count_nonzero() == reach


def test_the_stem_divides_the_length_by_eight(network):
    model = network(NAME, 4801, 2, stem="strided", channels=4).eval()
    assert model.stem(torch.zeros(1, 2, 1, 4801)).shape == (1, 4, 1, 601)


def test_features_are_as_many_as_channels(network):
    model = network(NAME, 64, 2, channels=5).eval()
    assert model(torch.zeros(3, 2, 64)).shape == (3, 5)
    assert model.out_features == 5
