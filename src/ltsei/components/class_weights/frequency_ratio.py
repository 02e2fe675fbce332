"""Weights by a function of the share of a class in all classes."""

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from ltsei.components.class_weights import _shared
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search

CORRECTS_PRIOR = True


def build(
    context: Context,
    *,
    f: Literal["identity", "log"] = "identity",
    f_power: Annotated[float, Ge(0), Le(4), Search(0.1, 1.5)] = 1.0,
    g: Literal["identity", "log"] = "log",
    g_power: Annotated[float, Ge(0), Le(4), Search(0.1, 1.5)] = 1.0,
    schedule: Annotated[Spec, "class_weights/schedules"] = "constant",
) -> Callable[[float], np.ndarray]:
    """Return weights proportional to g(Σ_i f(n_i) / f(n_c)), the general form of re-weighting by rising f and g.

    With the defaults they are log(N/n_c), the inverse document frequency of text retrieval (Spärck Jones, Journal of
    Documentation 1972). With g the identity they are those of `inverse_frequency` (of the same power) and of `log`.

    Args:
        context: gives the class counts.
        f: f(n) = n^f_power, or log(1 + n)^f_power, which is also defined for one signal.
        f_power: 1 for f as it is, 0.5 for its square root.
        g: g(x) = x^g_power, or (log x)^g_power.
        g_power: 1 for g as it is, 0.5 for its square root.
        schedule: when the weights take effect.
    """
    counts = context.class_counts.astype(np.float64)
    frequency = (counts if f == "identity" else np.log1p(counts)) ** f_power
    ratio = frequency.sum() / frequency
    weights = (ratio if g == "identity" else np.log(ratio)) ** g_power
    return _shared.scheduled(context, schedule, lambda progress: weights)
