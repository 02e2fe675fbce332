"""A backbone in the frequency domain, which sees the spectrum of an I/Q signal instead of the signal."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import torch
from torch import Tensor, nn

from ltsei.components.backbones._shared import channels_of
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError

Mode = Literal["ri", "magphase", "powerlog"]
MAPS: Mapping[Mode, Callable[[Tensor], tuple[Tensor, Tensor]]] = {
    "ri": lambda spectrum: (spectrum.real, spectrum.imag),
    "magphase": lambda spectrum: (spectrum.abs(), spectrum.angle()),
    "powerlog": lambda spectrum: (_log_power(spectrum),) * 2,
}
"""The two feature channels of each mode."""


def spectral_expert(
    context: Context,
    backbone: Spec,
    *,
    mode: Mode,
    window: Literal["hann", "none"],
    band: float | None,
    band_hz: float | None,
) -> "SpectralExpert":
    """Return `Spectrum` followed by a backbone for signals of its shape; parameters as in `frequency_expert`."""
    if channels_of(context) != 2:
        raise InputError(f"signal_shape: got {context.signal_shape}, a spectrum needs the two channels I and Q")
    length, bins = context.signal_shape[0], _bins(context, band, band_hz)
    shape = torch.hann_window(length) if window == "hann" else torch.ones(length)
    # The frequency axis has no sample rate, so a nested band cannot be in Hz.
    inner = replace(context, signal_shape=(bins, 2), sample_rate_hz=None)
    return SpectralExpert(Spectrum(shape, mode, bins), inner.build("backbones", backbone))


class SpectralExpert(nn.Module):
    """A backbone in the frequency domain."""

    def __init__(self, spectrum: nn.Module, backbone: nn.Module) -> None:
        super().__init__()
        self.spectrum, self.backbone = spectrum, backbone
        self.out_features = backbone.out_features
        self.bias_columns: tuple[int, ...] = getattr(backbone, "bias_columns", ())

    def forward(self, signals: Tensor) -> Tensor:
        """Return features [B, D] of signals [B, 2, L]."""
        features: Tensor = self.backbone(self.spectrum(signals))
        return features


class Spectrum(nn.Module):
    """The central bins of the windowed spectrum, in float32 even under autocast.

    Attributes:
        window: [L].
    """

    window: Tensor

    def __init__(self, window: Tensor, mode: Mode, bins: int) -> None:
        super().__init__()
        self.register_buffer("window", window, persistent=False)
        self.mode, self.bins = mode, bins

    def forward(self, signals: Tensor) -> Tensor:
        """Return maps [B, 2, bins] of signals [B, 2, L], frequency ascending, 0 Hz at bins // 2."""
        in_phase, quadrature = signals.float().unbind(1)
        spectrum = torch.fft.fft(torch.complex(in_phase, quadrature) * self.window, norm="ortho")
        start = spectrum.shape[1] // 2 - self.bins // 2
        central = torch.fft.fftshift(spectrum, dim=1)[:, start : start + self.bins]
        # Channels last in memory, as signals from the store are.
        return torch.stack(MAPS[self.mode](central), dim=-1).transpose(1, 2)


def _log_power(spectrum: Tensor) -> Tensor:
    return (spectrum.real.square() + spectrum.imag.square()).log1p()


def _bins(context: Context, band: float | None, band_hz: float | None) -> int:
    """Return the number of bins in the band."""
    length, rate = context.signal_shape[0], context.sample_rate_hz
    if band is not None and band_hz is not None:
        raise InputError(f"band, band_hz: got {band} and {band_hz}, expected at most one of them")
    fraction = 1.0 if band is None else band
    if band_hz is not None:
        if rate is None:
            raise InputError("band_hz: the data set has no sample rate; give `band`, a fraction of the spectrum")
        fraction = min(band_hz / rate, 1.0)
    bins = round(fraction * length)
    if bins < 1:
        raise InputError(f"band, band_hz: {fraction:g} of {length} bins is less than one bin, choose a wider band")
    return bins
