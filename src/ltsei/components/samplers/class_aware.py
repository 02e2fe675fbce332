"""Classes take turns."""

from typing import Annotated

from annotated_types import Ge

from ltsei.components.samplers._shared import Sampler, power_draws
from ltsei.core.context import Context

CORRECTS_PRIOR = True


def build(context: Context, *, consecutive: Annotated[int, Ge(1)] = 4) -> Sampler:
    """Return draws N/C for each class, in rounds: in a new random order, each class has `consecutive` draws in a row.

    The sampler in the code of Kang et al., ICLR 2020 (after Shen et al., ECCV 2016). `class_balanced` has the same
    draws in one shuffled order; in rounds, every batch holds its classes equally often.

    Args:
        context: gives the class counts.
        consecutive: draws of a class in its turn.
    """
    draws = power_draws(context, 0.0)
    return Sampler(lambda progress: draws, consecutive=consecutive)
