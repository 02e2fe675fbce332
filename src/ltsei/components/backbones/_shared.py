"""What one-dimensional convolutional backbones share.

Signals [B, channels, L] are treated as images [B, channels, 1, L] in channels-last memory: the 1 x k kernels of Conv2d
then train faster than Conv1d on a CPU, and a batch gathered from the store needs no copy.
"""

from typing import Literal

import torch
from torch import Tensor, nn

from ltsei.core.context import Context
from ltsei.core.errors import InputError

Norm = Literal["bn", "gn", "ln", "auto"]
GROUP = 16
REDUCTION = 16
TIME = (2, 3)


def channels_of(context: Context) -> int:
    """Return the channels of one-dimensional signals; InputError for images."""
    if len(context.signal_shape) != 2:
        raise InputError(f"signal_shape: got {context.signal_shape}, this backbone takes (length, channels)")
    return context.signal_shape[-1]


def as_image(signals: Tensor) -> Tensor:
    """Return signals [B, channels, L] as [B, channels, 1, L] in channels-last memory."""
    return signals.unsqueeze(2).contiguous(memory_format=torch.channels_last)


def normalisation(channels: int, norm: Norm) -> nn.Module:
    """Return the normalisation of maps [B, channels, 1, L], with a learnable scale and shift per channel.

    Args:
        channels: number of channels of the maps.
        norm: ``bn``: over the batch; ``gn``: over time and equal groups of at least 16 channels (Wu & He 2018), or
            all channels where there are fewer than 32; ``ln``: over time and all channels; ``auto``: ``bn``.
    """
    if norm in ("bn", "auto"):
        return nn.BatchNorm2d(channels)
    most = max(1, channels // GROUP) if norm == "gn" else 1
    return nn.GroupNorm(max(groups for groups in range(1, most + 1) if channels % groups == 0), channels)


def conv_norm(
    in_channels: int, out_channels: int, kernel: int, stride: int = 1, dilation: int = 1, norm: Norm = "bn"
) -> nn.Sequential:
    """Return a convolution without bias, followed by its normalisation; with odd kernels L becomes ceil(L / stride)."""
    convolution = nn.Conv2d(
        in_channels,
        out_channels,
        (1, kernel),
        stride=(1, stride),
        padding=(0, dilation * (kernel // 2)),
        dilation=(1, dilation),
        bias=False,
    )
    convolution.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return nn.Sequential(convolution, normalisation(out_channels, norm))


def conv_norm_relu(
    in_channels: int, out_channels: int, kernel: int, stride: int = 1, dilation: int = 1, norm: Norm = "bn"
) -> nn.Sequential:
    """Return `conv_norm` followed by a ReLU."""
    return conv_norm(in_channels, out_channels, kernel, stride, dilation, norm).append(nn.ReLU(inplace=True))


class ResidualBlock(nn.Module):
    """Two convolutions with kernel 3 and a shortcut, projected where the shape changes (He et al. 2016)."""

    def __init__(
        self, in_channels: int, out_channels: int, *, stride: int = 1, dilation: int = 1, norm: Norm = "bn"
    ) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            conv_norm_relu(in_channels, out_channels, 3, stride, dilation, norm),
            conv_norm(out_channels, out_channels, 3, 1, dilation, norm),
        )
        same = in_channels == out_channels and stride == 1
        self.shortcut = nn.Identity() if same else conv_norm(in_channels, out_channels, 1, stride, 1, norm)

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps [B, out_channels, 1, ceil(L / stride)]."""
        total: Tensor = self.residual(maps) + self.shortcut(maps)
        return total.relu()


class ChannelAttention(nn.Module):
    """One weight in (0, 1) per channel, from the means and maxima over time (Woo et al. 2018, eq. 2)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        hidden = max(1, channels // REDUCTION)
        self.shared = nn.Sequential(
            nn.Linear(channels, hidden, bias=False), nn.ReLU(), nn.Linear(hidden, channels, bias=False)
        )

    def forward(self, mean: Tensor, peak: Tensor) -> Tensor:
        """Return the weights [B, D]; `mean` and `peak` are [B, D]."""
        weights: Tensor = self.shared(mean) + self.shared(peak)
        return weights.sigmoid()


class Top(nn.Module):
    """The last blocks of a network, pooled over time: maps [B, channels, 1, L] -> features [B, D]."""

    def __init__(
        self, blocks: nn.Module, how: Literal["mean", "max"], attention: nn.Module | None, dropout: nn.Module
    ) -> None:
        super().__init__()
        self.blocks, self.how, self.attention, self.dropout = blocks, how, attention, dropout

    def forward(self, maps: Tensor) -> Tensor:
        """Return the features."""
        features: Tensor = self.dropout(pooled(self.blocks(maps), self.how, self.attention))
        return features


def pooled(maps: Tensor, how: Literal["mean", "max"], attention: nn.Module | None) -> Tensor:
    """Return the mean or the maximum over time of maps [B, D, 1, L], weighted by channel attention: [B, D]."""
    if attention is None:
        return maps.mean(TIME) if how == "mean" else maps.amax(TIME)
    mean, peak = maps.mean(TIME), maps.amax(TIME)
    weights: Tensor = attention(mean, peak)
    # Weights are positive, so the maximum of weighted maps is the weighted maximum.
    return weights * (mean if how == "mean" else peak)
