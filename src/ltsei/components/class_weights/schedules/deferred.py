"""Switched on late in training."""

from collections.abc import Callable
from typing import Annotated

from annotated_types import Ge, Le

from ltsei.core.context import Context
from ltsei.core.search import Search


def build(
    context: Context, *, start: Annotated[float, Ge(0), Le(1), Search(0.4, 0.95)] = 0.8
) -> Callable[[float], float]:
    """Return a strength of 1 from progress `start` on, 0 before (DRW: Cao et al., NeurIPS 2019, algorithm 1).

    Progress is epoch/(epochs - 1), epochs counted from 0. Where start · epochs is a whole number below epochs, it is
    the first epoch with weights: 0.8 of 200 epochs is epoch 160, as in the paper.

    Args:
        context: not used.
        start: fraction of the training; 0 is from the first epoch, 1 the last epoch only.
    """
    return lambda progress: float(progress >= start)
