"""Every class counts the same."""

from collections.abc import Callable
from typing import Annotated

import numpy as np

from ltsei.components.class_weights._shared import scheduled
from ltsei.core.context import Context, Spec


def build(
    context: Context, *, schedule: Annotated[Spec, "class_weights/schedules"] = "constant"
) -> Callable[[float], np.ndarray]:
    """Return weights of 1.

    Args:
        context: gives C.
        schedule: without effect, but accepted, so that a recipe can swap one weighting for another.
    """
    return scheduled(context, schedule, lambda progress: np.ones(context.num_classes))
