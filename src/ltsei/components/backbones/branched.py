"""Network whose last blocks exist several times."""

from typing import Annotated, cast

import torch
from annotated_types import Ge
from torch import Tensor, nn

from ltsei.components.backbones._shared import Top, as_image
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError


class Branched(nn.Module):
    """Shared blocks, then branches, whose features lie side by side.

    Attributes:
        shared: maps of all branches.
        branches: maps -> features [B, D], each.
    """

    def __init__(self, shared: nn.Module, branches: list[Top], width: int) -> None:
        super().__init__()
        self.shared, self.branches = shared, nn.ModuleList(branches)
        self.width, self.out_features = width, width * len(branches)

    def forward(self, signals: Tensor) -> Tensor:
        """Return the features of all branches, [B, K · D], of signals [B, channels, L]."""
        maps = self.shared(as_image(signals))
        return torch.cat([branch(maps) for branch in self.branches], 1)

    def of_stream(self, signals: Tensor, stream: int) -> Tensor:
        """Return the features [B, 2 D] of signals that go through the branch of their stream alone, 0 in the other."""
        features = self.branches[stream](self.shared(as_image(signals)))
        nothing = torch.zeros_like(features)
        return torch.cat([features, nothing] if stream == 0 else [nothing, features], 1)


def build(
    context: Context,
    *,
    backbone: Annotated[Spec, "backbones"] = "resnet1d",
    branches: Annotated[int, Ge(2)] = 2,
) -> Branched:
    """Return the network, [B, channels, L] -> [B, branches · D], whose branches share all but their last blocks.

    The body of methods with two branches (Zhou et al., CVPR 2020, BBN) or several experts (Wang et al., ICLR 2021,
    RIDE), which give each branch its own last stage.

    Args:
        context: that of the backbone.
        backbone: which one; a branch has its last stage (`resnet1d`) or last two blocks (`convnet_adsb`,
            `dilated_tcn`), pooling included.
        branches: their number K.
    """
    networks = [context.build("backbones", backbone) for _ in range(branches)]
    if not hasattr(networks[0], "split"):
        name = backbone if isinstance(backbone, str) else backbone["name"]
        raise InputError(f"backbone: got {name}, expected convnet_adsb, dilated_tcn or resnet1d")
    parts = [network.split() for network in networks]
    return Branched(parts[0][0], [top for _, top in parts], cast(int, networks[0].out_features))
