"""Weights by a power of the inverse frequency."""

from collections.abc import Callable
from typing import Annotated

import numpy as np

from ltsei.components.class_weights import _shared
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError

CORRECTS_PRIOR = True


def build(
    context: Context, *, power: float = 1.0, schedule: Annotated[Spec, "class_weights/schedules"] = "constant"
) -> Callable[[float], np.ndarray]:
    """Return weights proportional to n_c^(-power), the usual cost-sensitive weights (Huang et al., CVPR 2016).

    Args:
        context: gives the class counts.
        power: [0, 4]; 1 is the inverse frequency, 0.5 its root, 0 uniform.
        schedule: when they are in force.
    """
    if not 0 <= power <= 4:
        raise InputError(f"power: out of range, got {power}, allowed: [0, 4]")
    weights = context.class_counts.astype(np.float64) ** -power
    return _shared.scheduled(context, schedule, lambda progress: weights)
