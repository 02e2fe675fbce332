"""Mixture of a residual, a temporal and a residual frequency expert: the conv mixture with other experts."""

from typing import Annotated, Literal

from torch import nn

from ltsei.components.backbones._mixture import mixture
from ltsei.core.context import Context, Spec


def build(
    context: Context,
    *,
    experts: Annotated[list[Spec], "backbones"] = ["resnet1d", "dilated_tcn", "resnet_frequency_expert"],  # noqa: B006
    gate_hidden: int = 64,
    gate_norm: Literal["bn", "gn", "ln"] = "bn",
) -> nn.Module:
    """Return the network, [B, channels, L] -> [B, Σ D_k + E]; parameters as in `mixture_of_experts_conv`.

    Source: MixtureOfExpertsResNet, ZHR-HEU/Long-tail-SEI-OSR. L = 4800 at the defaults: 1.31 M parameters, 732 M
    multiply-adds.
    """
    return mixture(context, experts, gate_hidden=gate_hidden, norm=gate_norm)
