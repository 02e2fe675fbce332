"""Mixture of a convolutional, a temporal and a frequency expert."""

from typing import Annotated, Literal

from annotated_types import Ge, MinLen
from torch import nn

from ltsei.components.backbones._mixture import mixture
from ltsei.core.context import Context, Spec


def build(
    context: Context,
    *,
    experts: Annotated[list[Spec], MinLen(1), "backbones"] = [  # noqa: B006 (a literal, never changed)
        "convnet_adsb",
        "dilated_tcn",
        "frequency_expert",
    ],
    gate_hidden: Annotated[int, Ge(1)] = 64,
    gate_norm: Literal["bn", "gn", "ln"] = "bn",
) -> nn.Module:
    """Return the network, [B, channels, L] -> [B, Σ D_k + E]: features times gate probabilities, then these.

    A linear head on it needs no bias: the weights on the last E columns (`bias_columns`) are the experts' biases.

    Source: MixtureOfExpertsConvNet, ZHR-HEU/Long-tail-SEI-OSR; mixtures with a gate: Jacobs et al. 1991. L = 4800 at
    the defaults: 11.8 M parameters, 1239 M multiply-adds.

    Args:
        context: that of every expert and of the gate.
        experts: backbones, none of them a mixture.
        gate_hidden: width of the gate's hidden linear layer.
        gate_norm: normalisation in the gate, as in `convnet_adsb`.
    """
    return mixture(context, experts, gate_hidden=gate_hidden, norm=gate_norm)
