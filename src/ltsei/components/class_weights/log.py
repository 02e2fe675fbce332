"""Weights by the logarithm of the frequency."""

from collections.abc import Callable
from typing import Annotated

import numpy as np

from ltsei.components.class_weights import _shared
from ltsei.core.context import Context, Spec

CORRECTS_PRIOR = True


def build(
    context: Context, *, schedule: Annotated[Spec, "class_weights/schedules"] = "constant"
) -> Callable[[float], np.ndarray]:
    """Return weights proportional to 1 / log(1 + n_c), the mildest of the usual cost-sensitive weights.

    Args:
        context: gives the class counts.
        schedule: when the weights take effect.
    """
    weights = 1 / np.log1p(context.class_counts)
    return _shared.scheduled(context, schedule, lambda progress: weights)
