import numpy as np
import pytest
import torch
from torch import nn

from ltsei import components
from ltsei.components import Context
from ltsei.errors import InputError


def network(length, **parameters):
    shape = (length, 2)
    context = Context(np.array([5, 3]), 2, shape, None, None, lambda progress: np.full(2, 0.5))
    return components.build("backbones", {"name": "resnet1d", **parameters}, context)


@pytest.mark.parametrize(("base", "weights", "macs"), [(32, 0.99e6, 205e6), (16, 0.255e6, 52e6)])
def test_size_and_cost_at_4800_samples_and_100_classes(base, weights, macs):
    counted = []

    def count(module, _, output):
        counted.append(module.weight.numel() * output.shape[-1])

    with torch.device("meta"):
        model = network(4800, base=base).eval()
        for module in model.modules():
            if isinstance(module, nn.Conv2d):
                module.register_forward_hook(count)
        model(torch.empty(1, 2, 4800))
    head = model.out_features * 100
    total = sum(weight.numel() for weight in model.parameters()) + head + 100
    assert (total, sum(counted) + head) == pytest.approx((weights, macs), rel=0.01)


@pytest.mark.parametrize(("stages", "features", "length"), [(2, 16, 30), (3, 32, 15), (4, 64, 8), (5, 128, 4)])
def test_each_stage_doubles_the_channels_and_all_but_the_first_halve_the_length(stages, features, length):
    model = network(240, base=8, stages=stages).eval()
    maps = model.blocks(model.stem(torch.zeros(1, 2, 1, 240)))
    assert maps.shape == (1, features, 1, length)
    assert model.out_features == features


def test_blocks_is_the_depth_of_a_stage():
    assert len(network(64, base=4, stages=3, blocks=1).blocks) == 3


def test_a_block_whose_residual_is_zero_passes_its_input_on():
    block = network(64, base=4).blocks[0].eval()
    nn.init.zeros_(block.residual[-1][0].weight)
    maps = torch.rand(2, 4, 1, 16)
    torch.testing.assert_close(block(maps), maps)


def test_the_number_of_weights_does_not_depend_on_the_length():
    shapes = [[weight.shape for weight in network(length).parameters()] for length in (64, 4801)]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("options", [{"stages": 1}, {"stages": 6}, {"base": 0}, {"blocks": 0}])
def test_senseless_parameters_are_refused(options):
    with pytest.raises(InputError, match=next(iter(options))):
        network(64, **options)
