"""What one-dimensional convolutional backbones share.

Signals [B, channels, L] are handled as images [B, channels, 1, L] in channels-last memory: there the 1 x k
kernels of Conv2d train faster than Conv1d on a CPU, and a batch gathered from the store needs no copy.
"""

import torch
from torch import Tensor, nn

from ltsei.components import Context
from ltsei.errors import InputError


def channels_of(context: Context) -> int:
    """Return the channels of one-dimensional signals; InputError for images."""
    if len(context.signal_shape) != 2:
        raise InputError(f"signal_shape: got {context.signal_shape}, this backbone takes (length, channels)")
    return context.signal_shape[-1]


def as_image(signals: Tensor) -> Tensor:
    """Return signals [B, channels, L] as [B, channels, 1, L] in channels-last memory."""
    return signals.unsqueeze(2).contiguous(memory_format=torch.channels_last)


def conv_bn(in_channels: int, out_channels: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """Return convolution without bias and batch normalisation; length L becomes ceil(L / stride)."""
    convolution = nn.Conv2d(
        in_channels, out_channels, (1, kernel), stride=(1, stride), padding=(0, kernel // 2), bias=False
    )
    convolution.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return nn.Sequential(convolution, nn.BatchNorm2d(out_channels))


def conv_bn_relu(in_channels: int, out_channels: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """Return `conv_bn` and a ReLU."""
    return conv_bn(in_channels, out_channels, kernel, stride).append(nn.ReLU(inplace=True))
