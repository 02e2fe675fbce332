"""Plain deep convolutional network for ADS-B signals: eight blocks, channel attention, global max pooling."""

from typing import Annotated, Literal, NamedTuple, cast

from annotated_types import Ge, Gt, Lt
from torch import Tensor, nn

from ltsei.components.backbones._shared import (
    ChannelAttention,
    Norm,
    Top,
    as_image,
    channels_of,
    conv_norm_relu,
    pooled,
)
from ltsei.core.context import Context
from ltsei.core.search import Search


class Block(NamedTuple):
    """Convolutions of one kernel size and width, then max pooling (1: none)."""

    kernel: int
    channels: int
    convolutions: int
    pool: int


BLOCKS = (
    Block(15, 50, 1, 4),
    Block(11, 100, 1, 3),
    Block(7, 150, 1, 2),
    Block(5, 200, 2, 2),
    Block(5, 300, 2, 2),
    Block(5, 350, 2, 2),
    Block(7, 350, 2, 2),
    Block(7, 350, 2, 1),
)
STEM_BLOCKS = 3
LAST_BLOCKS = 2
"""Blocks of a branch, where the network branches."""


def build(
    context: Context,
    *,
    width: Annotated[float, Gt(0)] = 1.0,
    stem: Literal["full", "strided"] = "full",
    norm: Literal["bn", "gn", "ln", "auto"] = "bn",
    attention: bool = True,
    dropout: Annotated[float, Ge(0), Lt(1), Search(0, 0.4)] = 0.1,
) -> nn.Module:
    """Return the network, [B, channels, L] -> [B, 350 · width].

    Source: the layer table of ConvNetADSB, ZHR-HEU/Long-tail-SEI-OSR; channel attention: Woo et al. 2018 (CBAM),
    eq. 2, reduction 16. L = 4800, width 1: 5.85 M parameters, 382 M multiply-adds.

    Deviation: pooling rounds lengths up, so that any L works.

    Args:
        context: gives the channels.
        width: factor of the number of channels of every block.
        stem: ``strided`` replaces the pooling of the first three blocks by strides and has one convolution per
            block: 2.87 M parameters, 164 M multiply-adds.
        norm: normalisation over the batch (``bn``), groups of channels (``gn``, for small batches) or all channels
            (``ln``); ``auto`` is ``bn``, as in the predecessor.
        attention: whether features are weighted by channel attention.
        dropout: dropout probability of the features.
    """
    return ConvNet(channels_of(context), width, stem == "strided", norm, attention, dropout)


class ConvNet(nn.Module):
    """The blocks of `BLOCKS` and their pooled features."""

    def __init__(self, channels: int, width: float, strided: bool, norm: Norm, attention: bool, dropout: float) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for index, block in enumerate(BLOCKS):
            if index == len(BLOCKS) - LAST_BLOCKS:
                self.last_stage = len(layers)
            wide = max(1, round(block.channels * width))
            stride = block.pool if strided and index < STEM_BLOCKS else 1
            for _ in range(1 if strided else block.convolutions):
                layers.append(conv_norm_relu(channels, wide, block.kernel, stride, norm=norm))
                channels = wide
            if block.pool > stride:
                layers.append(nn.MaxPool2d((1, block.pool), ceil_mode=True))
        self.blocks = nn.Sequential(*layers)
        self.attention = ChannelAttention(channels) if attention else None
        self.dropout = nn.Dropout(dropout)
        self.out_features = channels

    def forward(self, signals: Tensor) -> Tensor:
        """Return features [B, D] of signals [B, channels, L]."""
        maps = self.blocks(as_image(signals))
        return cast(Tensor, self.dropout(pooled(maps, "max", self.attention)))

    def split(self) -> tuple[nn.Module, Top]:
        """Return the network before its last blocks, which takes images, and the rest."""
        return self.blocks[: self.last_stage], Top(self.blocks[self.last_stage :], "max", self.attention, self.dropout)
