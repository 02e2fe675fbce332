"""Fixtures for the tests of backbones."""

import numpy as np
import pytest
import torch
from torch import nn

from ltsei.core.context import Context, build_component


def build(name, *signal_shape, sample_rate_hz=None, **parameters):
    context = Context(np.array([5, 3]), 2, signal_shape, sample_rate_hz, None, lambda progress: np.full(2, 0.5))
    return build_component("backbones", {"name": name, **parameters}, context)


@pytest.fixture(scope="session")
def network():
    """Build a backbone by name for signals of a shape."""
    return build


@pytest.fixture(scope="session")
def parameters_and_macs():
    """Count weights and multiply-adds of convolutions and linear layers, those of a linear head included.

    The head has a bias, except after a mixture, where its weights on the gate probabilities are the experts' biases.
    """

    def count(name, length, num_classes, **parameters):
        macs = []

        def add(module, _, output):
            macs.append(module.weight.numel() * (output.shape[-1] if isinstance(module, nn.Conv2d) else 1))

        with torch.device("meta"):
            body = build(name, length, 2, **parameters)
            head = nn.Linear(body.out_features, num_classes, bias=not getattr(body, "bias_columns", ()))
            model = nn.Sequential(body, head).eval()
            for module in model.modules():
                if isinstance(module, nn.Conv2d | nn.Linear):
                    module.register_forward_hook(add)
            model(torch.empty(1, 2, length))
        return sum(weight.numel() for weight in model.parameters()), sum(macs)

    return count
