import numpy as np
import pytest
import torch

from ltsei.components.backbones.complex_cnn import ComplexConv
from ltsei.core.context import build_component, prior_context


def complex_convolution(signal, weight):
    """Complex cross-correlation with zeros at both ends, [in, L] and [out, in, k] -> [out, L]."""
    kernel, length = weight.shape[2], signal.shape[1]
    filled = np.pad(signal, ((0, 0), (kernel // 2, kernel // 2)))
    return np.array([[np.sum(w * filled[:, t : t + kernel]) for t in range(length)] for w in weight])


def test_a_complex_layer_is_a_convolution_of_complex_numbers():
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    layer = ComplexConv(3, 4, 3).double()
    signal = rng.normal(size=(3, 11)) + 1j * rng.normal(size=(3, 11))
    weight = (layer.real.detach().numpy() + 1j * layer.imaginary.detach().numpy())[:, :, 0]
    maps = torch.from_numpy(np.concatenate([signal.real, signal.imag]))[None, :, None]
    result = layer(maps)[0, :, 0].detach().numpy()
    np.testing.assert_allclose(result[:4] + 1j * result[4:], complex_convolution(signal, weight), rtol=1e-12)


def test_a_rotated_phase_rotates_the_output_of_a_complex_layer():
    torch.manual_seed(0)
    layer = ComplexConv(1, 2, 3).double()
    signal = torch.randn(1, 2, 1, 9, dtype=torch.float64)
    turned = torch.stack([-signal[:, 1], signal[:, 0]], 1)
    before, after = layer(signal), layer(turned)
    torch.testing.assert_close(after, torch.cat([-before[:, 2:], before[:, :2]], 1))


@pytest.mark.parametrize(("length", "pooled"), [(4800, 10), (512, 1), (3, 1)])
def test_nine_layers_halve_the_length_nine_times(length, pooled):
    context = prior_context(np.array([5, 3]), signal_shape=(length, 2))
    model = build_component("backbones", {"name": "complex_cnn", "channels": 2}, context).eval()
    maps = model.layers(torch.randn(1, 2, 1, length))
    assert maps.shape == (1, 4, 1, pooled)
