"""Class-balanced weights."""

from collections.abc import Callable
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from ltsei.components.class_weights import _shared
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search
from ltsei.numerics.long_tail import effective_number

CORRECTS_PRIOR = True


def build(
    context: Context,
    *,
    beta: Annotated[float, Ge(0), Le(1), Search(0.9, 0.9999)] | None = 0.9999,
    schedule: Annotated[Spec, "class_weights/schedules"] = "constant",
) -> Callable[[float], np.ndarray]:
    """Return weights proportional to 1/E_c, E_c the effective number (Cui et al., CVPR 2019).

    Args:
        context: gives the class counts.
        beta: 0 is uniform, 1 the inverse frequency. The paper tries 0.9 to 0.9999. With a few hundred signals in the
            largest class, 0.9999 is nearly the inverse frequency. null: (N - 1)/N, the paper's relation to the number N
            of distinct prototypes of a class, with N = n_max: at most each signal of the largest class is one.
        schedule: when the weights take effect; `deferred` gives the DRW of Cao et al., NeurIPS 2019.
    """
    counts = context.class_counts
    largest = float(counts.max())
    weights = 1 / effective_number(counts, (largest - 1) / largest if beta is None else beta)
    return _shared.scheduled(context, schedule, lambda progress: weights)
