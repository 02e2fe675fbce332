"""Residual network on the spectrum of the signal: `frequency_expert` with another backbone."""

from typing import Annotated, Literal

from torch import nn

from ltsei.components.backbones._spectrum import spectral_expert
from ltsei.core.context import Context, Spec


def build(
    context: Context,
    *,
    mode: Literal["ri", "magphase", "powerlog"] = "powerlog",
    window: Literal["hann", "none"] = "hann",
    band: float | None = None,
    band_hz: float | None = None,
    backbone: Annotated[Spec, "backbones"] = {"name": "resnet1d", "base": 16},  # noqa: B006 (a literal, never changed)
) -> nn.Module:
    """Return the network, [B, 2, L] -> [B, D of the backbone]; parameters as in `frequency_expert`.

    Source: ResNetFrequencyExpert, ZHR-HEU/Long-tail-SEI-OSR. L = 4800 at the defaults: 0.24 M parameters, 52 M
    multiply-adds.
    """
    return spectral_expert(context, backbone, mode=mode, window=window, band=band, band_hz=band_hz)
