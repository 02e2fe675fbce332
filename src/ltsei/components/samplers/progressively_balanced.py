"""From instance-balanced to class-balanced during training."""

from ltsei.components.samplers._shared import Sampler, power_draws
from ltsei.core.context import Context

CORRECTS_PRIOR = True


def build(context: Context) -> Sampler:
    """Return draws (1 - t) n_c + t N/C at progress t (Kang et al., ICLR 2020, eq. 2)."""
    instance_balanced, class_balanced = power_draws(context, 1.0), power_draws(context, 0.0)
    return Sampler(lambda progress: (1 - progress) * instance_balanced + progress * class_balanced)
