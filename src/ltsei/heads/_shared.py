"""What a head returns, and the steps which heads share."""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components import Context


class HeadOutput(NamedTuple):
    """Logits [B, C] and named tensors which a loss may need."""

    logits: Tensor
    extras: Mapping[str, Tensor] = {}


class Linear(nn.Module):
    """z = Wf + b.

    Attributes:
        weight: [C, D].
        bias: [C], or None.
    """

    def __init__(self, in_features: int, num_classes: int, bias: bool) -> None:
        super().__init__()
        layer = nn.Linear(in_features, num_classes, bias=bias)
        self.weight, self.bias = layer.weight, layer.bias if bias else None

    def forward(self, features: Tensor) -> HeadOutput:
        """Return the logits."""
        return HeadOutput(functional.linear(features, self.weight, self.bias))


def directions(*shape: int) -> nn.Parameter:
    """Return random vectors of length 1 along the last axis, uniform on the sphere."""
    return nn.Parameter(functional.normalize(torch.randn(*shape), dim=-1))


def in_features(context: Context) -> int:
    """Return D, which the context of a head always has."""
    if context.in_features is None:
        raise ValueError("a head needs context.in_features")
    return context.in_features


def directed_features(context: Context) -> int:
    """Return how many leading features have a direction: all but the shares of a backbone's gate."""
    return in_features(context) - len(context.bias_columns)
