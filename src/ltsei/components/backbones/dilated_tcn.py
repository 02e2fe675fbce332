"""Temporal convolutional network: residual blocks whose dilation doubles, at full rate or behind a stride-8 stem."""

from typing import Literal, cast

from torch import Tensor, nn

from ltsei.components.backbones._shared import (
    ChannelAttention,
    Norm,
    ResidualBlock,
    as_image,
    channels_of,
    check_dropout,
    conv_norm_relu,
    pooled,
)
from ltsei.core.context import Context
from ltsei.core.errors import InputError


def build(
    context: Context,
    *,
    channels: int = 64,
    stem: Literal["full", "strided"] = "full",
    norm: Literal["bn", "gn", "ln"] = "bn",
    attention: bool = False,
    dropout: float = 0.0,
) -> nn.Module:
    """Return the network, [B, channels, L] -> [B, channels].

    Source: the layer table of DilatedTCN, ZHR-HEU/Long-tail-SEI-OSR; dilated residual blocks: Bai et al. 2018. L =
    4800 at the defaults: 0.10 M parameters, 474 M multiply-adds, a receptive field of 63 samples.

    Deviation: convolutions are centred, not causal as in Bai et al., since a signal is classified as a whole.

    Args:
        context: gives the channels of the signals.
        channels: of all layers; the width of the network.
        stem: ``strided`` puts a convolution k15 of stride 8 in front of six blocks instead of four: 0.15 M
            parameters and 90 M multiply-adds, with 32 channels 0.04 M and 23 M; receptive field 2031 samples.
        norm: over the batch, over groups of channels (for small batches), or over all channels.
        attention: whether features are weighted by channel attention (Woo et al. 2018).
        dropout: of the features, in [0, 1).
    """
    if channels < 1:
        raise InputError(f"channels: got {channels}, expected at least 1")
    check_dropout(dropout)
    return Tcn(channels_of(context), channels, stem == "strided", norm, attention, dropout)


class Tcn(nn.Module):
    """Stem, residual blocks of dilation 1, 2, 4, …, mean over time."""

    def __init__(
        self, in_channels: int, channels: int, strided: bool, norm: Norm, attention: bool, dropout: float
    ) -> None:
        super().__init__()
        kernel, stride, depth = (15, 8, 6) if strided else (3, 1, 4)
        self.stem = conv_norm_relu(in_channels, channels, kernel, stride, norm=norm)
        self.blocks = nn.Sequential(
            *(ResidualBlock(channels, channels, dilation=2**block, norm=norm) for block in range(depth))
        )
        self.attention = ChannelAttention(channels) if attention else None
        self.dropout = nn.Dropout(dropout)
        self.out_features = channels

    def forward(self, signals: Tensor) -> Tensor:
        """Return features [B, D] of signals [B, channels, L]."""
        maps = self.blocks(self.stem(as_image(signals)))
        return cast(Tensor, self.dropout(pooled(maps, "mean", self.attention)))
