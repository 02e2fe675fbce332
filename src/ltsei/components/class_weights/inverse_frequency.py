"""Weights by a power of the inverse frequency."""

from collections.abc import Callable
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from ltsei.components.class_weights import _shared
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search

CORRECTS_PRIOR = True


def build(
    context: Context,
    *,
    power: Annotated[float, Ge(0), Le(4), Search(0.1, 1.5)] = 1.0,
    schedule: Annotated[Spec, "class_weights/schedules"] = "constant",
) -> Callable[[float], np.ndarray]:
    """Return weights proportional to n_c^(-power), the usual cost-sensitive weights (Huang et al., CVPR 2016).

    Args:
        context: gives the class counts.
        power: 1 is the inverse frequency, 0.5 its square root, 0 uniform.
        schedule: when the weights take effect.
    """
    weights = context.class_counts.astype(np.float64) ** -power
    return _shared.scheduled(context, schedule, lambda progress: weights)
