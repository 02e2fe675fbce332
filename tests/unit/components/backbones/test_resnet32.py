"""ResNet-32 for CIFAR, against a transcription of the paper in plain functions."""

import math

import pytest
import torch
from torch.nn import functional

from ltsei.core.errors import InputError


def transcribed(weights, images, blocks=5):
    """Features of images [B, 3, H, W] by section 4.2 of He et al. 2016, with the weights in the order of the layers."""
    layers = iter(weights)

    def layer(maps, stride=1):
        kernel, scale, shift, mean, variance = (next(layers) for _ in range(5))
        maps = functional.conv2d(maps, kernel, stride=stride, padding=1)
        shape = (1, -1, 1, 1)
        standard = (maps - mean.view(shape)) / (variance.view(shape) + 1e-5).sqrt()
        return standard * scale.view(shape) + shift.view(shape)

    mean = torch.tensor([0.4914, 0.4822, 0.4465]).view(1, 3, 1, 1)
    std = torch.tensor([0.2023, 0.1994, 0.2010]).view(1, 3, 1, 1)
    maps = functional.relu(layer((images - mean) / std))
    for stage in range(3):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            inner = layer(functional.relu(layer(maps, stride)))
            if stride == 2:  # option A: every second pixel, zeros for the new channels on both sides
                zeros = torch.zeros_like(maps[:, : maps.shape[1] // 2, ::2, ::2])
                maps = torch.cat([zeros, maps[:, :, ::2, ::2], zeros], 1)
            maps = functional.relu(inner + maps)
    assert next(layers, None) is None
    return maps.mean((2, 3))


@pytest.fixture(scope="module")
def trained(network):
    """The network with statistics of a batch, and shifts and scales of their own."""
    torch.manual_seed(0)
    model = network("resnet32", 32, 32, 3)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.uniform_(module.bias, -0.5, 0.5)
    model(torch.rand(16, 3, 32, 32))
    return model.eval()


def test_the_features_are_those_of_the_transcription(trained):
    state = [value for name, value in trained.state_dict().items() if "num_batches" not in name]
    images = torch.rand(4, 3, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(trained(images), transcribed(state, images), rtol=1e-4, atol=1e-4)


def test_it_has_the_parameters_and_operations_that_the_layers_add_up_to(trained):
    convolutions = 9 * (3 * 16 + 10 * 16 * 16 + 16 * 32 + 9 * 32 * 32 + 32 * 64 + 9 * 64 * 64)
    norms = 2 * (11 * 16 + 10 * 32 + 10 * 64)
    head = 64 * 10 + 10
    assert sum(parameter.numel() for parameter in trained.parameters()) + head == convolutions + norms + head == 464_154
    macs = []

    def count(module, _, output):
        macs.append(module.weight.numel() * output.shape[2] * output.shape[3])

    hooks = [m.register_forward_hook(count) for m in trained.modules() if isinstance(m, torch.nn.Conv2d)]
    trained(torch.rand(1, 3, 32, 32))
    assert len(hooks) == 31  # and the head is layer 32
    assert round(sum(macs) / 1e6) == 69
    for hook in hooks:
        hook.remove()


def test_kernels_start_as_in_he_et_al(network):
    torch.manual_seed(1)
    kernels = [m.weight for m in network("resnet32", 32, 32, 3).modules() if isinstance(m, torch.nn.Conv2d)]
    for kernel in kernels:
        assert kernel.std().item() == pytest.approx(math.sqrt(2 / kernel[0].numel()), rel=0.15)
        assert abs(kernel.mean().item()) < 4 * kernel.std().item() / math.sqrt(kernel.numel())


def test_signals_and_other_channels_are_refused(network):
    with pytest.raises(InputError, match=r"got \(4800, 2\), this backbone takes images"):
        network("resnet32", 4800, 2)
    with pytest.raises(InputError, match="mean: got 3 values for images of 1 channels"):
        network("resnet32", 28, 28, 1)
    with pytest.raises(InputError, match="width: got 5, expected an even number"):
        network("resnet32", 32, 32, 3, width=5)
