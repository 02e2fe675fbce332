"""Transformer encoder on patches of the signal."""

import math
from typing import Annotated, cast

import torch
from annotated_types import Ge, Lt
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.backbones._shared import channels_of
from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.core.search import Search


class Attention(nn.Module):
    """Self-attention of several heads (Vaswani et al., NeurIPS 2017, eq. 1), without kernels that differ by device."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.inputs, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return tokens [B, T, D] of tokens [B, T, D]."""
        query, key, value = self.inputs(tokens).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        weights = (query @ key.mT / math.sqrt(query.shape[3])).softmax(3)
        return cast(Tensor, self.output((weights @ value).transpose(1, 2).flatten(2)))


class Block(nn.Module):
    """Attention and a network for each token, both on normalised tokens and beside a shortcut."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.attention = nn.Sequential(nn.LayerNorm(width), Attention(width, heads), nn.Dropout(dropout))
        self.network = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
            nn.Dropout(dropout),
        )

    def forward(self, tokens: Tensor) -> Tensor:
        """Return tokens [B, T, D]."""
        tokens = tokens + self.attention(tokens)
        return cast(Tensor, tokens + self.network(tokens))


def build(
    context: Context,
    *,
    patch: Annotated[int, Ge(1)] = 32,
    width: Annotated[int, Ge(2)] = 64,
    depth: Annotated[int, Ge(1)] = 4,
    heads: Annotated[int, Ge(1)] = 4,
    dropout: Annotated[float, Ge(0), Lt(1), Search(0, 0.4)] = 0.1,
) -> nn.Module:
    """Return the network, [B, channels, L] -> [B, width].

    Source: the encoder of Dosovitskiy et al., ICLR 2021, on patches of `patch` samples with the sinusoidal positions of
    Vaswani et al., NeurIPS 2017; features are the mean of all tokens. It is usually trained by AdamW at a small
    learning rate. L = 4800 at the defaults: 0.20 M parameters, 42 M multiply-adds.

    Args:
        context: gives the channels.
        patch: samples per token; a last, shorter patch is filled with zeros.
        width: D, an even multiple of `heads`.
        depth: number of blocks.
        heads: attention heads of each block.
        dropout: dropout probability behind attention and networks.
    """
    if width % heads or width % 2:
        raise InputError(f"width: got {width} for {heads} heads, expected an even multiple")
    return PatchTransformer(channels_of(context), patch, width, depth, heads, dropout)


class PatchTransformer(nn.Module):
    """Patches, positions, blocks, mean over tokens."""

    def __init__(self, channels: int, patch: int, width: int, depth: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.patches = nn.Linear(channels * patch, width)
        self.blocks = nn.Sequential(*(Block(width, heads, dropout) for _ in range(depth)), nn.LayerNorm(width))
        self.patch, self.out_features = patch, width

    def forward(self, signals: Tensor) -> Tensor:
        """Return features [B, D] of signals [B, channels, L]."""
        filled = functional.pad(signals, (0, -signals.shape[2] % self.patch))
        tokens = self.patches(filled.reshape(*filled.shape[:2], -1, self.patch).transpose(1, 2).flatten(2))
        # In float32 even under autocast, since positions are float32: rounding would add up along the shortcuts.
        tokens = tokens + _positions(tokens.shape[1], self.out_features, tokens.device)
        return cast(Tensor, self.blocks(tokens).mean(1))


def _positions(count: int, width: int, device: torch.device) -> Tensor:
    """Return sines and cosines of wavelengths from 2π to 20000π tokens, float32 [count, width]."""
    rates = 10000.0 ** -torch.linspace(0, 1, width // 2, device=device)
    angles = torch.arange(count, device=device)[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], 1)
