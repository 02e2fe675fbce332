"""Class-conditional sharpness-aware minimisation."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le

from ltsei.components.updates._shared import ClassSharpness, Part
from ltsei.core.context import Context
from ltsei.core.search import Search


def build(
    context: Context,
    *,
    rho: Annotated[float, Gt(0), Search(0.01, 0.2, "log")] = 0.05,
    strength: Annotated[float, Ge(0), Le(1), Search(0.2, 1)] = 0.5,
    groups: Annotated[int, Ge(1)] | None = None,
) -> ClassSharpness:
    """Return CC-SAM: (1 - λ)∇L(w) + λ Σ_c ∇L_c(w + ρ_c g_c/‖g_c‖), g_c = ∇L_c(w) (Zhou et al., CVPR 2023, stage 1).

    L_c is the part of the loss of signals of class c, and ρ_c = rho (n_max/n_c)^(1/4). It takes 2 C + 1 passes.
    Deviation: the radius of the authors' code also grows with √(‖w‖/‖g_c‖), which has no bound, separately for each
    tensor of the classifier, with n_c - 1 in place of n_c, which one signal makes infinite. Its scale of 1e-6 leaves
    hardly any of it. Here all weights climb together, by a radius in the units of `sam`. Adversarial features in
    stage 2 are left out.

    Args:
        context: gives the class counts.
        rho: ρ of the most frequent class.
        strength: λ, of the perturbed loss; with 1 and one group it is `sam` but for the radius.
        groups: number of groups of classes of similar frequency that climb together, in 2 passes each, by the mean of
            their radii; null: each class by itself.
    """
    counts = context.class_counts
    radii = rho * (counts.max() / counts) ** 0.25
    parts = np.array_split(np.argsort(-counts, kind="stable"), min(groups or len(counts), len(counts)))
    classes = np.arange(len(counts))
    return ClassSharpness([Part(strength * np.isin(classes, part), float(radii[part].mean())) for part in parts])
