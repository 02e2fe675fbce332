"""Residual network for small images, as the tables of CIFAR-10-LT and CIFAR-100-LT use it."""

from typing import Annotated

import torch
from annotated_types import Ge, Gt, Le, MinLen
from torch import Tensor, nn
from torch.nn import functional

from ltsei.core.context import Context
from ltsei.core.errors import InputError

AXES = 2
STAGES = 3


class Block(nn.Module):
    """Two 3 x 3 convolutions and a shortcut without parameters (He et al. 2016, option A)."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            *convolution(in_channels, out_channels, stride), nn.ReLU(inplace=True), *convolution(out_channels)
        )
        self.stride, self.zeros = stride, (out_channels - in_channels) // 2

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps [B, out_channels, ⌈H/stride⌉, ⌈W/stride⌉]; channels that the shortcut lacks are zeros."""
        shortcut = maps[:, :, :: self.stride, :: self.stride]
        if self.zeros:
            shortcut = functional.pad(shortcut, (0, 0, 0, 0, self.zeros, self.zeros))
        total: Tensor = self.residual(maps) + shortcut
        return total.relu()


class ResNet(nn.Module):
    """Standardisation, a first convolution, three stages of blocks, mean over the image."""

    mean: Tensor
    std: Tensor

    def __init__(self, width: int, blocks: int, mean: list[float], std: list[float]) -> None:
        super().__init__()
        for name, values in (("mean", mean), ("std", std)):
            self.register_buffer(name, torch.tensor(values).view(1, -1, 1, 1), persistent=False)
        layers: list[nn.Module] = [*convolution(len(mean), width), nn.ReLU(inplace=True)]
        channels = width
        for stage in range(STAGES):
            for block in range(blocks):
                wide = width * 2**stage
                layers.append(Block(channels, wide, stride=2 if stage and not block else 1))
                channels = wide
        self.blocks = nn.Sequential(*layers)
        self.out_features = channels

    def forward(self, images: Tensor) -> Tensor:
        """Return features [B, D] of images [B, channels, H, W]."""
        maps: Tensor = self.blocks((images - self.mean) / self.std)
        return maps.mean((2, 3))


def build(
    context: Context,
    *,
    width: Annotated[int, Ge(2)] = 16,
    blocks: Annotated[int, Ge(1)] = 5,
    mean: Annotated[list[Annotated[float, Ge(0), Le(1)]], MinLen(1)] = [0.4914, 0.4822, 0.4465],  # noqa: B006 (a literal, never changed)
    std: Annotated[list[Annotated[float, Gt(0)]], MinLen(1)] = [0.2023, 0.1994, 0.2010],  # noqa: B006
) -> nn.Module:
    """Return the network, [B, channels, H, W] -> [B, 4 · width], for images with values from 0 to 1.

    Source: He et al. 2016, section 4.2, with 6 · blocks + 2 = 32 layers, shortcuts of option A and Kaiming
    initialisation, as in the official code of LDAM-DRW (Cao et al., NeurIPS 2019). With a head of 10 classes:
    464,154 parameters, 69 M multiply-adds.

    Args:
        context: gives the channels.
        width: channels of the first stage, an even number, doubled from stage to stage.
        blocks: blocks per stage.
        mean: of each channel, subtracted first; by default that of CIFAR-10, which the literature uses for CIFAR-100
            too.
        std: standard deviation of each channel, by which the difference is divided; by default as in the official
            code, which is the mean over images of each image's own.
    """
    if len(context.signal_shape) != 3:
        shape = context.signal_shape
        raise InputError(f"signal_shape: got {shape}, this backbone takes images (height, width, channels)")
    for name, values in (("mean", mean), ("std", std)):
        if len(values) != context.signal_shape[-1]:
            raise InputError(f"{name}: got {len(values)} values for images of {context.signal_shape[-1]} channels")
    if width % 2:
        raise InputError(f"width: got {width}, expected an even number, since shortcuts pad both sides")
    return ResNet(width, blocks, mean, std)


def convolution(in_channels: int, out_channels: int | None = None, stride: int = 1) -> tuple[nn.Module, nn.Module]:
    """Return a 3 x 3 convolution without bias, in channels-last memory, and its batch normalisation."""
    out_channels = out_channels or in_channels
    layer = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
    nn.init.kaiming_normal_(layer.weight)
    layer.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return layer, nn.BatchNorm2d(out_channels)
