"""Mirrored images."""

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
    context: Context, *, p: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 0.5
) -> Callable[[Tensor, torch.Generator], Tensor]:
    """Return each changed image mirrored left to right (He et al. 2016, section 4.2).

    Label-safe for photographs of objects; not for digits and letters.

    Args:
        context: not used.
        p: probability for each image.
    """

    def flip(images: Tensor, generator: torch.Generator) -> Tensor:
        return torch.where(per_signal(chosen(images, p, generator), images), images.flip(-2), images)

    return flip
