"""Switched on late in training."""

from collections.abc import Callable

from ltsei.core.context import Context
from ltsei.core.errors import InputError


def build(context: Context, *, start: float = 0.8) -> Callable[[float], float]:
    """Return a strength of 1 from progress `start` on, 0 before (DRW: Cao et al., NeurIPS 2019, algorithm 1).

    Progress is epoch/(epochs - 1), epochs counted from 0. Where start · epochs is a whole number below epochs, the
    first epoch with weights is that one: 0.8 of 200 epochs is epoch 160, as in the paper.

    Args:
        context: not used.
        start: fraction of the epochs, [0, 1]; 1 leaves the last epoch only.
    """
    if not 0 <= start <= 1:
        raise InputError(f"start: out of range, got {start}, allowed: [0, 1]")
    return lambda progress: float(progress >= start)
