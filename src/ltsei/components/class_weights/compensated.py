"""Class-balanced weights which take the sampler into account."""

from collections.abc import Callable
from typing import Annotated

import numpy as np

from ltsei.components.class_weights import _shared
from ltsei.core.context import Context, Spec
from ltsei.numerics.long_tail import effective_number


def build(
    context: Context, *, beta: float = 0.999, schedule: Annotated[Spec, "class_weights/schedules"] = "constant"
) -> Callable[[float], np.ndarray]:
    """Return weights proportional to (n_c / P_c) / E_c, P_c the sampler's class probabilities at that progress.

    A class's part of the gradient is then P_c w_c ∝ n_c / E_c whatever the sampler does, as it is for
    `effective_number` with the instance-balanced sampler; together with a balancing sampler that one would turn the
    imbalance round.

    Args:
        context: gives the class counts and the sampler's class probabilities.
        beta: of the effective number E_c (Cui et al., CVPR 2019), [0, 1].
        schedule: when they are in force.
    """
    mass = context.class_counts / effective_number(context.class_counts, beta)
    return _shared.scheduled(context, schedule, lambda progress: mass / context.class_probabilities(progress))
