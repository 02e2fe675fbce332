"""What class weights share: the mean of 1 and the schedule."""

from collections.abc import Callable

import numpy as np

from ltsei.core.context import Context, Spec


def scheduled(
    context: Context, schedule: Spec, weights: Callable[[float], np.ndarray]
) -> Callable[[float], np.ndarray]:
    """Return progress -> 1 + strength (w - 1), where w are `weights` scaled to mean 1."""
    strength = context.build("class_weights/schedules", schedule)

    def at(progress: float) -> np.ndarray:
        full = weights(progress)
        return np.asarray(1 + strength(progress) * (full / full.mean() - 1))

    return at
