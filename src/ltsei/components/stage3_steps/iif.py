"""Inverse image frequency: logits times a factor that grows with the rarity of the class."""

from dataclasses import replace
from typing import Annotated

import numpy as np
from annotated_types import Ge, MaxLen, MinLen

from ltsei.components.stage3_steps._shared import Outputs, Step, Swept
from ltsei.core.annotations import Criterion
from ltsei.core.context import Context
from ltsei.core.search import Search

SWEEPS = "tau"
CORRECTS_PRIOR = True


def build(
    context: Context,
    *,
    tau: Annotated[float, Ge(0), Search(0, 2)] | None = 1.0,
    grid: Annotated[list[Annotated[float, Ge(0)]], MinLen(3), MaxLen(3)] = [0.0, 2.0, 0.1],  # noqa: B006 (never changed)
    select_by: Criterion = "val_balanced_loss",
) -> Step:
    """Return the step z_c (log(N/n_c))^tau (IIF: Alexandridis et al., IEEE Transactions on Image Processing 2023).

    A multiplicative cousin of `logit_adjustment`: it favours rare classes among positive logits and frequent ones among
    negative logits, so the result depends on where the head puts the zero.
    Deviation: the paper also trains with these factors; here they are applied to a trained classifier. The exponent is
    ours, so that it can be chosen.

    Args:
        context: gives the class counts.
        tau: exponent; 0 changes nothing, 1 is the paper's factor; null: chosen on validation data.
        grid: start, stop and step of the values tried, stop included.
        select_by: validation score by which `tau` is chosen: the lowest cross-entropy (``val_loss``) or
            cross-entropy under a uniform prior (``val_balanced_loss``), or the highest of the others.
    """
    rarity = np.log(context.class_counts.sum() / context.class_counts)

    def scaled(outputs: Outputs, value: float) -> Outputs:
        factors = rarity**value
        parts = {name: getattr(outputs, name) for name in ("logits", "bias", "offset")}
        changed = {name: part * factors for name, part in parts.items() if part is not None}
        weight = None if outputs.weight is None else outputs.weight * factors[:, None]
        return replace(outputs, **changed, weight=weight)

    return Swept(scaled, tau, grid, select_by)
