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


def linear(features: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return features · weightᵀ + bias in float32, also under autocast: a scale of 30 magnifies bfloat16's steps."""
    with torch.autocast(features.device.type, enabled=False):
        return functional.linear(features.to(torch.promote_types(features.dtype, weight.dtype)), weight, bias)


def directions(*shape: int) -> nn.Parameter:
    """Return random vectors of length 1 along the last axis, uniform on the sphere."""
    return nn.Parameter(functional.normalize(torch.randn(*shape), dim=-1))


def in_features(context: Context) -> int:
    """Return D, which the context of a head always has."""
    if context.in_features is None:
        raise ValueError("a head needs context.in_features")
    return context.in_features


def normalize(features: Tensor) -> Tensor:
    """Return the features with length 1, in at least float32."""
    return functional.normalize(features.to(torch.promote_types(features.dtype, torch.float32)), dim=1)
