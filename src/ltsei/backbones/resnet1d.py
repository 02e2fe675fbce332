"""Residual network of basic blocks in one dimension."""

from torch import Tensor, nn

from ltsei.backbones._shared import as_image, channels_of, conv_bn, conv_bn_relu
from ltsei.components import Context
from ltsei.errors import InputError


def build(context: Context, *, base: int = 32, stages: int = 4, blocks: int = 2) -> nn.Module:
    """Return the network, [B, channels, L] -> [B, base · 2^(stages − 1)].

    Source: He et al. 2016, ResNet-18 with basic blocks, in one dimension and half as wide. L = 4800 at the
    defaults: 0.96 M parameters, 205 M multiply-adds.

    Args:
        context: gives the channels.
        base: channels of the first stage, doubled from stage to stage.
        stages: 2 to 5; each but the first halves the length.
        blocks: basic blocks per stage.
    """
    if not 2 <= stages <= 5:
        raise InputError(f"stages: got {stages}, allowed: 2 to 5")
    if base < 1 or blocks < 1:
        raise InputError(f"base, blocks: got {base}, {blocks}, expected at least 1")
    return ResNet(channels_of(context), base, stages, blocks)


class ResNet(nn.Module):
    """Stem, stages of basic blocks, mean over time."""

    def __init__(self, channels: int, base: int, stages: int, blocks: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv_bn_relu(channels, base, 7, 2), nn.MaxPool2d((1, 3), (1, 2), (0, 1)))
        layers, channels = [], base
        for stage in range(stages):
            for block in range(blocks):
                wide = base * 2**stage
                layers.append(BasicBlock(channels, wide, 2 if stage and not block else 1))
                channels = wide
        self.blocks = nn.Sequential(*layers)
        self.out_features = channels

    def forward(self, signals: Tensor) -> Tensor:
        """Return features [B, D] of signals [B, channels, L]."""
        maps: Tensor = self.blocks(self.stem(as_image(signals)))
        return maps.mean((2, 3))


class BasicBlock(nn.Module):
    """Two convolutions and a shortcut, which is projected where the shape changes."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            conv_bn_relu(in_channels, out_channels, 3, stride), conv_bn(out_channels, out_channels, 3)
        )
        same = in_channels == out_channels and stride == 1
        self.shortcut = nn.Identity() if same else conv_bn(in_channels, out_channels, 1, stride)

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps [B, out_channels, 1, ceil(L / stride)]."""
        total: Tensor = self.residual(maps) + self.shortcut(maps)
        return total.relu()
