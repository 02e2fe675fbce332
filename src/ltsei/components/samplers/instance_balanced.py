"""Each signal is drawn once in an epoch."""

from ltsei.components.samplers._shared import Sampler, power_draws
from ltsei.core.context import Context


def build(context: Context) -> Sampler:
    """Return draws n_c: each signal is as likely as any other (q = 1 in Kang et al., ICLR 2020, eq. 1)."""
    draws = power_draws(context, 1.0)
    return Sampler(lambda progress: draws)
