"""Temporal convolutional network: residual blocks of doubling dilation, at full rate or after a stride-8 stem."""

from typing import Annotated, Literal, cast

from annotated_types import Ge, Lt
from torch import Tensor, nn

from ltsei.components.backbones._shared import (
    ChannelAttention,
    Norm,
    ResidualBlock,
    Top,
    as_image,
    channels_of,
    conv_norm_relu,
    pooled,
)
from ltsei.core.context import Context
from ltsei.core.search import Search

LAST_BLOCKS = 2
"""Blocks of a branch, where a network branches."""


def build(
    context: Context,
    *,
    channels: Annotated[int, Ge(1)] = 64,
    stem: Literal["full", "strided"] = "full",
    norm: Literal["bn", "gn", "ln", "auto"] = "bn",
    attention: bool = False,
    dropout: Annotated[float, Ge(0), Lt(1), Search(0, 0.4)] = 0.0,
) -> nn.Module:
    """Return the network, [B, channels, L] -> [B, channels].

    Source: the layer table of DilatedTCN, ZHR-HEU/Long-tail-SEI-OSR; dilated residual blocks: Bai et al. 2018. L =
    4800 at the defaults: 0.10 M parameters, 474 M multiply-adds, a receptive field of 63 samples.

    Deviation: convolutions are centred, not causal as in Bai et al., since a signal is classified as a whole.

    Args:
        context: gives the channels of the signals.
        channels: number of channels of every layer, the width of the network.
        stem: ``strided`` puts a convolution of kernel 15 and stride 8 in front of six blocks instead of four: 0.15 M
            parameters and 90 M multiply-adds, with 32 channels 0.04 M and 23 M; receptive field 2031 samples.
        norm: normalisation over the batch (``bn``), groups of channels (``gn``, for small batches) or all channels
            (``ln``); ``auto`` is ``bn``, as in the predecessor.
        attention: whether features are weighted by channel attention (Woo et al. 2018).
        dropout: dropout probability of the features.
    """
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
        self.out_features, self.last_stage = channels, depth - LAST_BLOCKS

    def forward(self, signals: Tensor) -> Tensor:
        """Return features [B, D] of signals [B, channels, L]."""
        maps = self.blocks(self.stem(as_image(signals)))
        return cast(Tensor, self.dropout(pooled(maps, "mean", self.attention)))

    def split(self) -> tuple[nn.Module, Top]:
        """Return the network before its last blocks, which takes images, and the rest."""
        before = nn.Sequential(self.stem, self.blocks[: self.last_stage])
        return before, Top(self.blocks[self.last_stage :], "mean", self.attention, self.dropout)
