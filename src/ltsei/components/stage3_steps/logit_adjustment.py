"""Post-hoc logit adjustment."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, MaxLen, MinLen

from ltsei.components.stage3_steps._shared import Step, Swept, shifted
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
    """Return the step z - τ log prior (Menon et al., ICLR 2021, eq. 9).

    Args:
        context: gives the class counts, from which the prior follows.
        tau: strength of the adjustment; 0 changes nothing; null: chosen on validation data.
        grid: start, stop and step of the values tried, stop included.
        select_by: validation score by which `tau` is chosen: the lowest cross-entropy (``val_loss``) or
            cross-entropy under a uniform prior (``val_balanced_loss``), or the highest of the others.
    """
    log_prior = np.log(context.class_counts / context.class_counts.sum())
    return Swept(lambda outputs, value: shifted(outputs, value * log_prior), tau, grid, select_by)
