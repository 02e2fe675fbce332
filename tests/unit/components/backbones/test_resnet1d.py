import pytest
import torch

NAME = "resnet1d"


@pytest.mark.parametrize(("base", "weights", "macs"), [(32, 0.99e6, 205e6), (16, 0.255e6, 52e6)])
def test_size_and_cost_at_4800_samples_and_100_classes(parameters_and_macs, base, weights, macs):
    assert parameters_and_macs(NAME, 4800, 100, base=base) == pytest.approx((weights, macs), rel=0.01)


@pytest.mark.parametrize(("stages", "features", "length"), [(2, 16, 30), (3, 32, 15), (4, 64, 8), (5, 128, 4)])
def test_each_stage_doubles_the_channels_and_all_but_the_first_halve_the_length(network, stages, features, length):
    model = network(NAME, 240, 2, base=8, stages=stages).eval()
    maps = model.blocks(model.stem(torch.zeros(1, 2, 1, 240)))
    assert maps.shape == (1, features, 1, length)
    assert model.out_features == features


def test_blocks_sets_the_depth_of_a_stage(network):
    assert len(network(NAME, 64, 2, base=4, stages=3, blocks=1).blocks) == 3
