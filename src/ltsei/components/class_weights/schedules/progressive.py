"""Switched on gradually."""

from collections.abc import Callable

from ltsei.core.context import Context


def build(context: Context) -> Callable[[float], float]:
    """Return a strength equal to the progress: 0 in the first epoch, 1 in the last."""
    return lambda progress: progress
