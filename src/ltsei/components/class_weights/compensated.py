"""Class-balanced weights that take the sampler into account."""

from collections.abc import Callable
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from ltsei.components.class_weights import _shared
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search
from ltsei.numerics.long_tail import effective_number


def build(
    context: Context,
    *,
    beta: Annotated[float, Ge(0), Le(1), Search(0.9, 0.9999)] = 0.999,
    schedule: Annotated[Spec, "class_weights/schedules"] = "constant",
) -> Callable[[float], np.ndarray]:
    """Return weights proportional to (n_c / P_c) / E_c, P_c the sampler's class probabilities at that progress.

    A class's part of the gradient is then P_c w_c ∝ n_c / E_c whatever the sampler does, as it is for
    `effective_number` with the instance-balanced sampler. With a balancing sampler, `effective_number` would invert the
    imbalance.

    Args:
        context: gives the class counts and the sampler's class probabilities.
        beta: parameter of the effective number E_c (Cui et al., CVPR 2019), as in `effective_number`.
        schedule: when the weights take effect.
    """
    mass = context.class_counts / effective_number(context.class_counts, beta)
    return _shared.scheduled(context, schedule, lambda progress: mass / context.class_probabilities(progress))
