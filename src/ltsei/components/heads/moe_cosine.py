"""Mixture of cosine heads."""

import math
from typing import Annotated, Literal

import torch
from annotated_types import Ge, Lt
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.heads._shared import HeadOutput, directed_features, directions
from ltsei.core.context import Context
from ltsei.core.search import Search


class MoeCosine(nn.Module):
    """z_c = scale · Σ_k g_k(f) cos(f, w_ck).

    Attributes:
        weight: [E, C, D]; only its directions matter. Further features, the gate probabilities of a backbone, are
            ignored.
        gate: from features of length `gate_length` to the logits of g, [B, D] -> [B, E].
    """

    scale: Tensor

    def __init__(
        self, weight: nn.Parameter, gate: nn.Module, scale: float, normalize_features: bool, gate_length: float
    ) -> None:
        super().__init__()
        self.weight, self.gate, self.normalize_features = weight, gate, normalize_features
        self.gate_length = gate_length
        self.register_buffer("scale", torch.tensor(float(scale)), persistent=False)

    def forward(self, features: Tensor) -> HeadOutput:
        """Return the logits, ``scale``, ``gate``, ``log_gate``, and in evaluation each expert's ``choices`` [B, E]."""
        features = features[:, : self.weight.shape[2]]
        unit = functional.normalize(features, dim=1)
        log_gate = self.gate(self.gate_length * unit).log_softmax(1)
        gate = log_gate.exp()
        weight = functional.normalize(self.weight, dim=2)
        cosines = functional.linear(unit if self.normalize_features else features, weight.flatten(0, 1))
        mixed = (gate[:, :, None] * cosines.view(-1, *weight.shape[:2])).sum(1)
        extras = {"scale": self.scale, "gate": gate, "log_gate": log_gate}
        if not self.training:
            extras["choices"] = cosines.view(-1, *weight.shape[:2]).argmax(2)
        return HeadOutput(self.scale * mixed, extras)


def build(
    context: Context,
    *,
    experts: Annotated[int, Ge(1)] = 3,
    gate_hidden: Annotated[int, Ge(1)] = 128,
    gate_dropout: Annotated[float, Ge(0), Lt(1), Search(0, 0.5)] = 0.1,
    gate_input: Literal["scaled", "unit"] = "scaled",
    init: Literal["default", "kaiming"] = "default",
    normalize_features: bool = True,
    scale: Annotated[float, Ge(5), Search(8, 64, "log")] = 30.0,
) -> MoeCosine:
    """Return cosine experts mixed by a gate, the head of the loss `moe_ltsei`.

    The gate is Linear, ReLU, Dropout, Linear; its last layer starts near 0, so that all experts start with nearly equal
    probabilities. It sees features of length √D: with length 1 its output would hardly depend on them.

    Deviation: the gate of the public implementation of LT-SEI sees features of length 1, and weights start as in He et
    al., ICCV 2015 (``gate_input: unit``, ``init: kaiming``).

    Args:
        context: gives D and C.
        experts: number of experts E.
        gate_hidden: width of the gate's hidden layer.
        gate_dropout: dropout probability in the gate.
        gate_input: features of the gate: of length √D (``scaled``) or 1 (``unit``).
        init: how the gate's first layer and the experts start; ``default``: PyTorch's usual U(-1/√D, 1/√D) and vectors
            of length 1; ``kaiming``: N(0, 2/D) without bias and N(0, 1/D).
        normalize_features: whether experts see features of length 1; if not, margins are no longer in cosine units.
        scale: s, the steepness of the softmax; below 5 it cannot become confident.
    """
    width = directed_features(context)
    output = nn.Linear(gate_hidden, experts)
    nn.init.normal_(output.weight, std=0.01)
    nn.init.zeros_(output.bias)
    hidden = nn.Linear(width, gate_hidden)
    weight = directions(experts, context.num_classes, width)
    if init == "kaiming":
        nn.init.kaiming_normal_(hidden.weight, nonlinearity="relu")
        nn.init.zeros_(hidden.bias)
        nn.init.normal_(weight, std=width**-0.5)
    gate = nn.Sequential(hidden, nn.ReLU(), nn.Dropout(gate_dropout), output)
    return MoeCosine(weight, gate, scale, normalize_features, math.sqrt(width) if gate_input == "scaled" else 1.0)
