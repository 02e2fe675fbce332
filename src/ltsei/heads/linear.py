"""Linear head."""

import math
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components import Context
from ltsei.errors import InputError
from ltsei.heads._shared import Linear, in_features


def build(
    context: Context,
    *,
    bias: bool = True,
    init: Literal["default", "balanced_xavier"] = "default",
    bias_init: Literal["default", "zero", "log_prior", "one_vs_rest"] = "default",
) -> Linear:
    """Return a linear head; by default with PyTorch's usual initialisation, U(-1/√D, 1/√D).

    Args:
        context: gives D and C, and the class counts for the prior.
        bias: whether each class has an offset.
        init: of the weights; ``balanced_xavier``: uniform as in Glorot & Bengio (AISTATS 2010), then every class is
            brought to the length √(2D/(C + D)) that this has on average, so that none starts ahead.
        bias_init: of the offsets; ``log_prior``: log(n_c/N), with which the softmax starts at the prior;
            ``one_vs_rest``: -log(C - 1), with which every sigmoid starts at 1/C (Cui et al., CVPR 2019).
    """
    if not bias and bias_init != "default":
        raise InputError(f"bias_init: got {bias_init} for a head without bias, expected default")
    head = Linear(in_features(context), context.num_classes, bias)
    with torch.no_grad():
        if init == "balanced_xavier":
            head.weight.copy_(_balanced_xavier(*head.weight.shape))
        if head.bias is not None and bias_init != "default":
            head.bias.copy_(torch.from_numpy(_offsets(context.class_counts, bias_init)))
    return head


def _balanced_xavier(num_classes: int, features: int) -> Tensor:
    drawn = nn.init.xavier_uniform_(torch.empty(num_classes, features))
    return functional.normalize(drawn, dim=1) * math.sqrt(2 * features / (num_classes + features))


def _offsets(class_counts: np.ndarray, kind: str) -> np.ndarray:
    """Return the bias of each class, float64 [C]."""
    if kind == "log_prior":
        return np.asarray(np.log(class_counts / class_counts.sum()))
    return np.full(len(class_counts), 0.0 if kind == "zero" else -math.log(len(class_counts) - 1))
