"""Weights that the recipe lists."""

from collections.abc import Callable
from typing import Annotated

import numpy as np
from annotated_types import Gt

from ltsei.components.class_weights import _shared
from ltsei.core.context import Context, Spec
from ltsei.core.errors import InputError

PER_CLASS = ["weights"]


def build(
    context: Context,
    *,
    weights: list[Annotated[float, Gt(0)]],
    schedule: Annotated[Spec, "class_weights/schedules"] = "constant",
) -> Callable[[float], np.ndarray]:
    """Return the given weights, scaled to mean 1.

    Whether they favour rare classes is unknown, so combining them with a balancing sampler is not an error.

    Args:
        context: gives C.
        weights: one for each class, in the order of the labels.
        schedule: when the weights take effect.
    """
    if len(weights) != context.num_classes:
        raise InputError(f"weights: got {len(weights)} values, expected one for each of {context.num_classes} classes")
    values = np.array(weights, dtype=np.float64)
    return _shared.scheduled(context, schedule, lambda progress: values)
