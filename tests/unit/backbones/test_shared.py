import pytest
import torch

from ltsei.backbones._shared import as_image, conv_bn_relu


def test_a_batch_gathered_from_the_store_becomes_an_image_without_a_copy():
    gathered = torch.randn(4, 50, 2)
    image = as_image(gathered.transpose(1, 2))
    assert image.data_ptr() == gathered.data_ptr()
    assert image.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("kernel", [1, 3, 15])
@pytest.mark.parametrize(("stride", "length"), [(1, 17), (2, 9), (4, 5)])
def test_convolutions_divide_the_length_by_the_stride_and_round_up(kernel, stride, length):
    assert conv_bn_relu(2, 3, kernel, stride)(torch.zeros(2, 2, 1, 17)).shape == (2, 3, 1, length)


def test_convolutions_are_those_of_one_dimension():
    block, signals = conv_bn_relu(2, 3, 5).eval(), torch.randn(4, 2, 30)
    expected = torch.nn.functional.conv1d(signals, block[0].weight.squeeze(2), padding=2).relu()
    torch.testing.assert_close(block(as_image(signals)).squeeze(2), expected, atol=1e-4, rtol=1e-4)
