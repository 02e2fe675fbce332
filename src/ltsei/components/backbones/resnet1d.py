"""Residual network of basic blocks in one dimension."""

from typing import Annotated, Literal, cast

from annotated_types import Ge, Le, Lt
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


def build(
    context: Context,
    *,
    base: Annotated[int, Ge(1)] = 32,
    stages: Annotated[int, Ge(2), Le(5)] = 4,
    blocks: Annotated[int, Ge(1)] = 2,
    norm: Literal["bn", "gn", "ln", "auto"] = "bn",
    attention: bool = False,
    dropout: Annotated[float, Ge(0), Lt(1), Search(0, 0.4)] = 0.0,
) -> nn.Module:
    """Return the network, [B, channels, L] -> [B, base · 2^(stages − 1)].

    Source: He et al. 2016, ResNet-18 with basic blocks, in one dimension and half as wide. L = 4800 at the
    defaults: 0.96 M parameters, 205 M multiply-adds.

    Args:
        context: gives the channels.
        base: channels of the first stage, doubled from stage to stage; the width of the network.
        stages: number of stages; each but the first halves the length.
        blocks: basic blocks per stage.
        norm: normalisation over the batch (``bn``), groups of channels (``gn``, for small batches) or all channels
            (``ln``); ``auto`` is ``bn``, as in the predecessor.
        attention: whether features are weighted by channel attention (Woo et al. 2018).
        dropout: dropout probability of the features.
    """
    return ResNet(channels_of(context), base, stages, blocks, norm, attention, dropout)


class ResNet(nn.Module):
    """Stem, stages of basic blocks, mean over time."""

    def __init__(
        self, channels: int, base: int, stages: int, blocks: int, norm: Norm, attention: bool, dropout: float
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv_norm_relu(channels, base, 7, 2, norm=norm), nn.MaxPool2d((1, 3), (1, 2), (0, 1)))
        layers, channels = [], base
        for stage in range(stages):
            for block in range(blocks):
                wide = base * 2**stage
                layers.append(ResidualBlock(channels, wide, stride=2 if stage and not block else 1, norm=norm))
                channels = wide
        self.blocks = nn.Sequential(*layers)
        self.attention = ChannelAttention(channels) if attention else None
        self.dropout = nn.Dropout(dropout)
        self.out_features, self.last_stage = channels, (stages - 1) * blocks

    def forward(self, signals: Tensor) -> Tensor:
        """Return features [B, D] of signals [B, channels, L]."""
        maps = self.blocks(self.stem(as_image(signals)))
        return cast(Tensor, self.dropout(pooled(maps, "mean", self.attention)))

    def split(self) -> tuple[nn.Module, Top]:
        """Return the network before its last stage, which takes images, and the rest."""
        before = nn.Sequential(self.stem, self.blocks[: self.last_stage])
        return before, Top(self.blocks[self.last_stage :], "mean", self.attention, self.dropout)
