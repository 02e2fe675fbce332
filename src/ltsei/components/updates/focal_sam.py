"""Sharpness-aware minimisation with a focal weight for each class."""

from typing import Annotated

from annotated_types import Ge, Gt, Le

from ltsei.components.updates._shared import ClassSharpness, Part
from ltsei.core.context import Context
from ltsei.core.search import Search


def build(
    context: Context,
    *,
    rho: Annotated[float, Gt(0), Search(0.05, 0.5, "log")] = 0.3,
    gamma: Annotated[float, Ge(0), Search(0.5, 6)] = 3.2,
    strength: Annotated[float, Ge(0), Le(1), Search(0.2, 1)] = 0.8,
) -> ClassSharpness:
    """Return Focal-SAM: ∇(L - λL_γ)(w) + λ∇L_γ(w + ρ g/‖g‖), g = ∇L_γ(w) (Li et al., ICML 2025), in three passes.

    L_γ is the loss in which that of class c is times (1 - π_c)^gamma, π the prior. The defaults are those of the
    authors' script for CIFAR-100-LT; for CIFAR-10-LT it has 0.2, 3 and 0.5. With strength 1 and gamma 0 it is `sam`,
    with strength 0 the plain gradient.

    Args:
        context: gives the class counts.
        rho: ρ, how far uphill.
        gamma: how fast frequent classes lose weight.
        strength: λ, of the sharpness in the objective.
    """
    prior = context.class_counts / context.class_counts.sum()
    return ClassSharpness([Part(strength * (1 - prior) ** gamma, rho)])
