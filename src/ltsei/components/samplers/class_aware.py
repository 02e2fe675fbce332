"""Classes take turns."""

from ltsei.components.samplers._shared import Sampler, power_draws
from ltsei.core.context import Context
from ltsei.core.errors import InputError

CORRECTS_PRIOR = True


def build(context: Context, *, consecutive: int = 4) -> Sampler:
    """Return draws N/C for each class, in rounds: shuffled anew, every class gives `consecutive` draws in a row.

    The sampler of the code of Kang et al., ICLR 2020 (after Shen et al., ECCV 2016). `class_balanced` has the same
    draws in one shuffled order; in rounds, every batch holds its classes equally often.

    Args:
        context: gives the class counts.
        consecutive: draws of a class in its turn, >= 1.
    """
    if consecutive < 1:
        raise InputError(f"consecutive: out of range, got {consecutive}, allowed: >= 1")
    draws = power_draws(context, 0.0)
    return Sampler(lambda progress: draws, consecutive=consecutive)
