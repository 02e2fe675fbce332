"""Residual network on the spectrum of the signal: `frequency_expert` with another backbone."""

from typing import Annotated, Literal

from annotated_types import Gt, Le
from torch import nn

from ltsei.components.backbones._spectrum import spectral_expert
from ltsei.core.context import Context, Spec


def build(
    context: Context,
    *,
    mode: Literal["ri", "magphase", "powerlog"] = "powerlog",
    window: Literal["hann", "none"] = "hann",
    band: Annotated[float, Gt(0), Le(1)] | None = None,
    band_hz: Annotated[float, Gt(0)] | None = None,
    backbone: Annotated[Spec, "backbones"] = {"name": "resnet1d", "base": 16},  # noqa: B006 (a literal, never changed)
) -> nn.Module:
    """Return the network, [B, 2, L] -> [B, D of the backbone]: `frequency_expert` with a narrow `resnet1d`.

    Source: ResNetFrequencyExpert, ZHR-HEU/Long-tail-SEI-OSR. L = 4800 at the defaults: 0.24 M parameters, 52 M
    multiply-adds.

    Args:
        context: gives the length, for `band_hz` the sample rate; signals have the channels I and Q.
        mode: the two feature channels: real and imaginary part (``ri``); magnitude and phase in (-π, π]
            (``magphase``); log(1 + power), twice (``powerlog``), which does not see phase, and so not the sign of a
            chirp.
        window: periodic Hann window, or none.
        band: fraction of the spectrum around 0 Hz that is kept; null: all of it.
        band_hz: two-sided width of that band in Hz instead; all of it where the sample rate is lower.
        backbone: sees the features as signals with one sample per bin and two channels.
    """
    return spectral_expert(context, backbone, mode=mode, window=window, band=band, band_hz=band_hz)
