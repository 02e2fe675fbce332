"""Classes are drawn by the square root of their size."""

from ltsei.components.samplers._shared import Sampler, power_draws
from ltsei.core.context import Context

CORRECTS_PRIOR = True


def build(context: Context) -> Sampler:
    """Return draws proportional to √n_c (q = 1/2 in Kang et al., ICLR 2020, eq. 1)."""
    draws = power_draws(context, 0.5)
    return Sampler(lambda progress: draws)
