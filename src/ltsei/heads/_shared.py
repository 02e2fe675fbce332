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


def directions(*shape: int) -> nn.Parameter:
    """Return random vectors of length 1 along the last axis, uniform on the sphere."""
    return nn.Parameter(functional.normalize(torch.randn(*shape), dim=-1))


def in_features(context: Context) -> int:
    """Return D, which the context of a head always has."""
    if context.in_features is None:
        raise ValueError("a head needs context.in_features")
    return context.in_features
