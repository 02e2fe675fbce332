"""Mixture of experts as one backbone: a gate that sees the signal weights the features of several backbones.

With features f_k and gate probabilities g_k (Σ_k g_k = 1) it returns [g_1 f_1, …, g_E f_E, g_1, …, g_E]. A linear head
without bias on these is the mixture of linear classifiers with biases: Σ_k g_k (W_k f_k + b_k), where the b_k are its
weights on the last E columns, `bias_columns`.
"""

from typing import cast

import torch
from torch import Tensor, nn

from ltsei.components.backbones._shared import TIME, Norm, as_image, channels_of, conv_norm_relu
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError


def mixture(context: Context, experts: list[Spec], *, gate_hidden: int, norm: Norm) -> "MixtureOfExperts":
    """Return the mixture; parameters as in `mixture_of_experts_conv`."""
    built = [context.build("backbones", spec) for spec in experts]
    if any(getattr(expert, "bias_columns", ()) for expert in built):
        raise InputError("experts: one of them is a mixture of experts itself, list its experts here instead")
    return MixtureOfExperts(built, Gate(channels_of(context), len(built), gate_hidden, norm))


class MixtureOfExperts(nn.Module):
    """Features of the experts times their gate probabilities, and these probabilities.

    Attributes:
        experts: backbones, each [B, channels, L] -> [B, D_k].
        gate: [B, channels, L] -> gate probabilities [B, E].
        bias_columns: the columns of the gate probabilities.
    """

    def __init__(self, experts: list[nn.Module], gate: nn.Module) -> None:
        super().__init__()
        self.experts, self.gate = nn.ModuleList(experts), gate
        width = sum(cast(int, expert.out_features) for expert in experts)
        self.out_features = width + len(experts)
        self.bias_columns = tuple(range(width, self.out_features))

    def forward(self, signals: Tensor) -> Tensor:
        """Return features [B, ΣD_k + E] of signals [B, channels, L]."""
        gate: Tensor = self.gate(signals)
        pairs = zip(gate.unbind(1), self.experts, strict=True)
        weighted = [probability[:, None] * expert(signals).float() for probability, expert in pairs]
        return torch.cat([*weighted, gate], 1)


class Gate(nn.Module):
    """Two strided convolutions, mean over time, two linear layers, softmax in float32."""

    def __init__(self, channels: int, experts: int, hidden: int, norm: Norm) -> None:
        super().__init__()
        self.convolutions = nn.Sequential(
            conv_norm_relu(channels, 16, 7, 2, norm=norm),
            nn.MaxPool2d((1, 3), (1, 2), (0, 1)),
            conv_norm_relu(16, 32, 3, 2, norm=norm),
        )
        self.layers = nn.Sequential(nn.Linear(32, hidden), nn.ReLU(), nn.Linear(hidden, experts))

    def forward(self, signals: Tensor) -> Tensor:
        """Return gate probabilities [B, E] of signals [B, channels, L], each in (0, 1), with sum 1."""
        logits: Tensor = self.layers(self.convolutions(as_image(signals)).mean(TIME))
        return logits.float().softmax(1)
