"""Mixture of a convolutional, a temporal and a frequency expert."""

from typing import Annotated, Literal

from torch import nn

from ltsei.components.backbones._mixture import mixture
from ltsei.core.context import Context, Spec


def build(
    context: Context,
    *,
    experts: Annotated[list[Spec], "backbones"] = ["convnet_adsb", "dilated_tcn", "frequency_expert"],  # noqa: B006
    gate_hidden: int = 64,
    gate_norm: Literal["bn", "gn", "ln"] = "bn",
) -> nn.Module:
    """Return the network, [B, channels, L] -> [B, Σ D_k + E]: features times the gate's shares, then the shares.

    Its linear head needs no bias: the weights on the last E columns (`bias_columns`) are the experts' biases.

    Source: MixtureOfExpertsConvNet, ZHR-HEU/Long-tail-SEI-OSR; mixtures with a gate: Jacobs et al. 1991. L = 4800 at
    the defaults: 11.8 M parameters, 1239 M multiply-adds.

    Args:
        context: of the signals, which every expert and the gate see.
        experts: at least one backbone, none of them a mixture.
        gate_hidden: width of the gate's hidden linear layer.
        gate_norm: normalisation in the gate, as in `convnet_adsb`.
    """
    return mixture(context, experts, gate_hidden=gate_hidden, norm=gate_norm)
