"""Mixture of a residual, a temporal and a residual frequency expert: the conv mixture with other experts."""

from typing import Annotated, Literal

from annotated_types import Ge, MinLen
from torch import nn

from ltsei.components.backbones._mixture import mixture
from ltsei.core.context import Context, Spec


def build(
    context: Context,
    *,
    experts: Annotated[list[Spec], MinLen(1), "backbones"] = [  # noqa: B006 (a literal, never changed)
        "resnet1d",
        "dilated_tcn",
        "resnet_frequency_expert",
    ],
    gate_hidden: Annotated[int, Ge(1)] = 64,
    gate_norm: Literal["bn", "gn", "ln"] = "bn",
) -> nn.Module:
    """Return the network, [B, channels, L] -> [B, Σ D_k + E]: `mixture_of_experts_conv` with other experts.

    Source: MixtureOfExpertsResNet, ZHR-HEU/Long-tail-SEI-OSR. L = 4800 at the defaults: 1.31 M parameters, 732 M
    multiply-adds.

    Args:
        context: that of every expert and of the gate.
        experts: backbones, none of them a mixture.
        gate_hidden: width of the gate's hidden linear layer.
        gate_norm: normalisation in the gate, as in `convnet_adsb`.
    """
    return mixture(context, experts, gate_hidden=gate_hidden, norm=gate_norm)
