"""Mixture of cosine heads."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.heads._shared import HeadOutput, directed_features, directions
from ltsei.core.context import Context
from ltsei.core.errors import InputError

LEAST_SCALE = 5.0


class MoeCosine(nn.Module):
    """z_c = scale · Σ_k g_k(f) cos(f, w_ck).

    Attributes:
        weight: [E, C, D]; only its directions matter. Further features, the shares of a backbone's gate, are not
            looked at.
        gate: from features of length √D to the logits of g, [B, D] -> [B, E].
    """

    scale: Tensor

    def __init__(self, weight: nn.Parameter, gate: nn.Module, scale: float, normalize_features: bool) -> None:
        super().__init__()
        self.weight, self.gate, self.normalize_features = weight, gate, normalize_features
        self.register_buffer("scale", torch.tensor(float(scale)), persistent=False)

    def forward(self, features: Tensor) -> HeadOutput:
        """Return the logits, ``scale``, ``gate``, ``log_gate``, and in evaluation each expert's ``choices`` [B, E]."""
        features = features[:, : self.weight.shape[2]]
        unit = functional.normalize(features, dim=1)
        log_gate = self.gate(math.sqrt(features.shape[1]) * unit).log_softmax(1)
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
    experts: int = 3,
    gate_hidden: int = 128,
    gate_dropout: float = 0.1,
    normalize_features: bool = True,
    scale: float = 30.0,
) -> MoeCosine:
    """Return cosine experts mixed by a gate, the head of the loss `moe_ltsei`.

    The gate is Linear, ReLU, Dropout, Linear; its last layer starts near 0, so that all experts start with equal
    shares. It sees features of length √D: with length 1 its output would hardly depend on them.

    Args:
        context: gives D and C.
        experts: E ≥ 1.
        gate_hidden: width of the gate, ≥ 1.
        gate_dropout: [0, 1).
        normalize_features: whether experts see features of length 1; if not, a margin is no longer one of cosines.
        scale: s ≥ 5; below that the softmax cannot become confident.
    """
    if experts < 1 or gate_hidden < 1:
        raise InputError(f"experts, gate_hidden: out of range, got {experts}, {gate_hidden}, allowed: >= 1")
    if not 0 <= gate_dropout < 1:
        raise InputError(f"gate_dropout: out of range, got {gate_dropout}, allowed: [0, 1)")
    if not LEAST_SCALE <= scale < math.inf:
        raise InputError(f"scale: out of range, got {scale}, allowed: >= {LEAST_SCALE}")
    width = directed_features(context)
    output = nn.Linear(gate_hidden, experts)
    nn.init.normal_(output.weight, std=0.01)
    nn.init.zeros_(output.bias)
    gate = nn.Sequential(nn.Linear(width, gate_hidden), nn.ReLU(), nn.Dropout(gate_dropout), output)
    return MoeCosine(directions(experts, context.num_classes, width), gate, scale, normalize_features)
