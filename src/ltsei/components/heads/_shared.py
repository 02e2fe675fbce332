"""What a head returns, and the steps that heads share."""

import math
from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ltsei.core.context import Context
from ltsei.core.errors import InputError


class HeadOutput(NamedTuple):
    """Logits [B, C] and named tensors that a loss may need."""

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
        """Return the logits, and ``weight``."""
        return HeadOutput(functional.linear(features, self.weight, self.bias), {"weight": self.weight})


LinearHead = TypeVar("LinearHead", bound=Linear)


def directions(*shape: int) -> nn.Parameter:
    """Return random vectors of length 1 along the last axis, uniformly distributed on the sphere."""
    return nn.Parameter(functional.normalize(torch.randn(*shape), dim=-1))


def in_features(context: Context) -> int:
    """Return D, which a head always finds in its context."""
    if context.in_features is None:
        raise ValueError("a head needs context.in_features")
    return context.in_features


def directed_features(context: Context) -> int:
    """Return the number of leading features that form the direction: all but the gate probabilities of a backbone."""
    return in_features(context) - len(context.bias_columns)


def initialised(head: LinearHead, context: Context, init: str, bias_init: str, tau: float = 1.0) -> LinearHead:
    """Return the head, initialised as the head `linear` documents; ``default`` leaves it as it is."""
    if head.bias is None and bias_init != "default":
        raise InputError(f"bias_init: got {bias_init!r} for a head without bias, expected default")
    if tau != 1 and bias_init != "log_prior":
        raise InputError(f"tau: got {tau} for bias_init {bias_init!r}, but it acts on log_prior only; remove it")
    with torch.no_grad():
        if init == "balanced_xavier":
            head.weight.copy_(_balanced_xavier(*head.weight.shape))
        if head.bias is not None and bias_init != "default":
            head.bias.copy_(torch.from_numpy(_offsets(context.class_counts, bias_init, tau)))
    return head


def _balanced_xavier(num_classes: int, features: int) -> Tensor:
    drawn = nn.init.xavier_uniform_(torch.empty(num_classes, features))
    return functional.normalize(drawn, dim=1) * math.sqrt(2 * features / (num_classes + features))


def _offsets(class_counts: np.ndarray, kind: str, tau: float) -> np.ndarray:
    """Return the bias of each class, float64 [C]."""
    if kind == "log_prior":
        return np.asarray(tau * np.log(class_counts / class_counts.sum()))
    return np.full(len(class_counts), 0.0 if kind == "zero" else -math.log(len(class_counts) - 1))
