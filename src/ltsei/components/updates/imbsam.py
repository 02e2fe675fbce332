"""Sharpness-aware minimisation for rare classes alone."""

from typing import Annotated

from annotated_types import Ge, Gt

from ltsei.components.updates._shared import ClassSharpness, Part
from ltsei.core.context import Context
from ltsei.core.search import Search


def build(
    context: Context,
    *,
    rho: Annotated[float, Gt(0), Search(0.01, 0.2, "log")] = 0.05,
    few_below: Annotated[int, Ge(0), Search(10, 100, "log")] = 20,
) -> ClassSharpness:
    """Return ImbSAM: ∇L_head(w) + ∇L_tail(w + ρ g/‖g‖), g = ∇L_tail(w) (Zhou et al., ICCV 2023), in three passes.

    L_head + L_tail is the loss; L_tail is the part of signals of rare classes. With no rare class this is the plain
    gradient, with rare classes alone it is `sam`.

    Args:
        context: gives the class counts.
        rho: ρ, how far uphill.
        few_below: a class with fewer training signals is rare; 20 is the value of the authors' code.
    """
    return ClassSharpness([Part(context.class_counts < few_below, rho)])
