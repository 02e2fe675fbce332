"""Each class is drawn equally often."""

from ltsei.components.samplers._shared import Sampler, power_draws
from ltsei.core.context import Context

CORRECTS_PRIOR = True


def build(context: Context) -> Sampler:
    """Return draws N/C for each class (q = 0 in Kang et al., ICLR 2020, eq. 1)."""
    draws = power_draws(context, 0.0)
    return Sampler(lambda progress: draws)
