"""Random crop of an image that was padded with black."""

from collections.abc import Callable
from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from ltsei.components.augmentations._shared import chosen, per_signal
from ltsei.core.context import Context
from ltsei.core.search import Search

AXES = 2


def build(
    context: Context, *, p: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 1.0, pad: Annotated[int, Ge(0)] = 4
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return each changed image cut out, in its own size, of the image with `pad` black pixels around it.

    The position is uniform over the (2 · pad + 1)² possible ones, drawn for each image (He et al. 2016, section 4.2).
    Label-safe as long as the object is larger than the part that is cut off.

    Args:
        context: not used.
        p: probability for each image.
        pad: zeros at every border, in pixels.
    """

    def crop(images: Tensor, generator: torch.Generator) -> Tensor:
        count, device, axes = len(images), images.device, images.ndim - 2
        changed = chosen(images, p, generator)
        shifts = torch.randint(-pad, pad + 1, (axes, count), device=device, generator=generator) * changed
        moved = images
        for axis in range(1, axes + 1):
            size = images.shape[axis]
            source = torch.arange(size, device=device) + shifts[axis - 1][:, None]
            inside = along(axis, (source >= 0) & (source < size), images)
            index = along(axis, source.clamp(0, size - 1), images).expand_as(moved)
            moved = torch.where(inside, moved.gather(axis, index), 0.0)
        return torch.where(per_signal(changed, images), moved, images)

    return crop


def along(axis: int, values: Tensor, images: Tensor) -> Tensor:
    """Return values [B, size] as a tensor that broadcasts to the images, `size` being that of an axis."""
    shape = [len(images), *[1] * (images.ndim - 1)]
    shape[axis] = values.shape[1]
    return values.view(shape)
