"""Complex-valued convolutional network: I and Q are one complex number in every layer."""

from typing import Annotated, Literal, cast

import torch
from annotated_types import Ge, Le, Lt
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.backbones._shared import Norm, as_image, channels_of, normalisation, pooled
from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.core.search import Search


class ComplexConv(nn.Module):
    """(W_r x_r - W_i x_i) + j (W_i x_r + W_r x_i) of maps whose first half of channels is real, as one convolution.

    Attributes:
        real: W_r, [out, in, 1, kernel].
        imaginary: W_i, of the same shape.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel: int) -> None:
        super().__init__()
        bound = (2 * in_channels * kernel) ** -0.5
        shape = out_channels, in_channels, 1, kernel
        self.real = nn.Parameter(torch.empty(shape).uniform_(-bound, bound))
        self.imaginary = nn.Parameter(torch.empty(shape).uniform_(-bound, bound))

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps [B, 2 out, 1, L] of maps [B, 2 in, 1, L]."""
        rows = torch.cat([self.real, -self.imaginary], 1), torch.cat([self.imaginary, self.real], 1)
        return functional.conv2d(maps, torch.cat(rows), padding=(0, self.real.shape[3] // 2))


def build(
    context: Context,
    *,
    channels: Annotated[int, Ge(1)] = 64,
    layers: Annotated[int, Ge(1), Le(16)] = 9,
    norm: Literal["bn", "gn", "ln", "auto"] = "bn",
    dropout: Annotated[float, Ge(0), Lt(1), Search(0, 0.4)] = 0.0,
) -> nn.Module:
    """Return the network, [B, 2, L] -> [B, 2 · channels].

    Each layer is a complex convolution of kernel 3 (Trabelsi et al., ICLR 2018), then normalisation, ReLU and max
    pooling over pairs of samples, which act on real and imaginary parts separately. Nine layers of 64 channels are the
    baseline of papers on few-shot emitter identification. L = 4800 at the defaults: 0.20 M parameters, 239 M
    multiply-adds.

    Deviation: the last maps are averaged over time, so that weights do not depend on the length.

    Args:
        context: gives the channels, which must be I and Q.
        channels: complex channels of each layer, the width of the network.
        layers: number of layers; each halves the length.
        norm: normalisation over the batch (``bn``), groups of channels (``gn``, for small batches) or all channels
            (``ln``); ``auto`` is ``bn``, as in the predecessor.
        dropout: dropout probability of the features.
    """
    if channels_of(context) != 2:
        raise InputError(f"signal_shape: got {context.signal_shape}, a complex layer needs the two channels I and Q")
    return ComplexCnn(channels, layers, norm, dropout)


class ComplexCnn(nn.Module):
    """Complex layers, mean over time."""

    def __init__(self, channels: int, layers: int, norm: Norm, dropout: float) -> None:
        super().__init__()
        stack: list[nn.Module] = []
        for layer in range(layers):
            stack += [ComplexConv(channels if layer else 1, channels, 3), normalisation(2 * channels, norm)]
            stack += [nn.ReLU(inplace=True), nn.MaxPool2d((1, 2), ceil_mode=True)]
        self.layers = nn.Sequential(*stack)
        self.dropout = nn.Dropout(dropout)
        self.out_features = 2 * channels

    def forward(self, signals: Tensor) -> Tensor:
        """Return features [B, D] of signals [B, 2, L]."""
        return cast(Tensor, self.dropout(pooled(self.layers(as_image(signals)), "mean", None)))
