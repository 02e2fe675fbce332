"""Classes are drawn by a power of their size that changes during training."""

from typing import Annotated

from annotated_types import Ge, Le

from ltsei.components.samplers._shared import Sampler, power_draws
from ltsei.core.context import Context
from ltsei.core.search import Search

CORRECTS_PRIOR = True


def build(
    context: Context,
    *,
    start: Annotated[float, Ge(-4), Le(4)] = 1.0,
    end: Annotated[float, Ge(-4), Le(4), Search(-0.5, 0.5)] = 0.0,
) -> Sampler:
    """Return draws proportional to n_c^q, where q changes from `start` to `end` in equal steps.

    `progressively_balanced` mixes the same two ends arithmetically; this sampler moves between them geometrically.

    Args:
        context: gives the class counts.
        start: exponent of the first epoch, as in `power`.
        end: exponent of the last epoch, as in `power`.
    """
    return Sampler(lambda progress: power_draws(context, start + (end - start) * progress))
