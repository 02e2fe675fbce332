import numpy as np
import pytest
import torch
from property import _reference as reference

from ltsei.components.backbones.patch_transformer import Attention
from ltsei.core.context import build_component, prior_context
from ltsei.core.errors import InputError


def build(length=96, **parameters):
    context = prior_context(np.array([5, 3]), signal_shape=(length, 2))
    torch.manual_seed(0)
    return build_component("backbones", {"name": "patch_transformer", **parameters}, context).eval()


def test_attention_is_the_softmax_of_scaled_products_in_each_head():
    torch.manual_seed(0)
    layer, tokens = Attention(6, 2).double(), torch.randn(1, 5, 6, dtype=torch.float64)
    weight, bias = layer.inputs.weight.detach().numpy(), layer.inputs.bias.detach().numpy()
    query, key, value = np.split(tokens[0].numpy() @ weight.T + bias, 3, axis=1)
    mixed = []
    for head in (slice(0, 3), slice(3, 6)):
        scores = query[:, head] @ key[:, head].T / np.sqrt(3)
        mixed.append(np.stack([reference.softmax(row) for row in scores]) @ value[:, head])
    expected = np.hstack(mixed) @ layer.output.weight.detach().numpy().T + layer.output.bias.detach().numpy()
    np.testing.assert_allclose(layer(tokens)[0].detach(), expected, rtol=1e-9, atol=1e-12)


def test_a_token_is_a_patch_of_both_channels():
    model, tokens = build(patch=32), []
    model.patches.register_forward_hook(lambda module, inputs, output: tokens.append(inputs[0]))
    signal = torch.arange(2 * 80.0).view(1, 2, 80)
    model(signal)
    assert tokens[0].shape == (1, 3, 64)
    assert tokens[0][0, 1].tolist() == [*range(32, 64), *range(112, 144)]
    assert tokens[0][0, 2].tolist() == [*range(64, 80), *[0] * 16, *range(144, 160), *[0] * 16]


def test_the_order_of_the_patches_matters():
    model, signal = build(patch=32), torch.randn(1, 2, 96)
    swapped = signal[:, :, [*range(32, 64), *range(32), *range(64, 96)]]
    assert not torch.allclose(model(signal), model(swapped), atol=1e-3)


@pytest.mark.parametrize("parameters", [{"width": 10, "heads": 4}, {"width": 9, "heads": 3}])
def test_a_width_that_is_no_even_multiple_of_the_heads_is_an_error(parameters):
    with pytest.raises(InputError, match="expected an even multiple"):
        build(**parameters)
