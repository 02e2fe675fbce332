"""Weights as they are given."""

from collections.abc import Callable
from typing import Annotated

import numpy as np

from ltsei.components.class_weights import _shared
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError

PER_CLASS = ["weights"]


def build(
    context: Context, *, weights: list[float], schedule: Annotated[Spec, "class_weights/schedules"] = "constant"
) -> Callable[[float], np.ndarray]:
    """Return the given weights, brought to mean 1.

    Whether they favour rare classes is not known here, so a sampler which does is not an error beside them.

    Args:
        context: gives C.
        weights: one for each class in the order of the labels, above 0.
        schedule: when they are in force.
    """
    values = np.array(weights, dtype=np.float64)
    if len(values) != context.num_classes:
        raise InputError(f"weights: got {len(values)} values, expected one for each of {context.num_classes} classes")
    if not ((values > 0) & np.isfinite(values)).all():
        raise InputError(f"weights: out of range, got {weights}, allowed: above 0")
    return _shared.scheduled(context, schedule, lambda progress: values)
