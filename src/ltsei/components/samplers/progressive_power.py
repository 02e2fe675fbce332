"""Classes are drawn by a power of their size which changes while training."""

from ltsei.components.samplers._shared import Sampler, power_draws
from ltsei.core.context import Context

CORRECTS_PRIOR = True


def build(context: Context, *, start: float = 1.0, end: float = 0.0) -> Sampler:
    """Return draws proportional to n_c^q, q going from `start` to `end` in equal steps.

    `progressively_balanced` mixes the same two ends arithmetically; this sampler moves between them geometrically.

    Args:
        context: gives the class counts.
        start: exponent of the first epoch, [-4, 4].
        end: exponent of the last epoch, [-4, 4].
    """
    for exponent in (start, end):  # a wrong value stops the run here, not in the last epoch
        power_draws(context, exponent)
    return Sampler(lambda progress: power_draws(context, start + (end - start) * progress))
