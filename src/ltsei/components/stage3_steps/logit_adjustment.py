"""Post-hoc logit adjustment."""

from dataclasses import replace

import numpy as np

from ltsei.components.stage3_steps._shared import Outputs, Step, Swept
from ltsei.core.context import Context

SWEEPS = "tau"
CORRECTS_PRIOR = True


def build(
    context: Context,
    *,
    tau: float | None = 1.0,
    grid: list[float] = [0.0, 2.0, 0.1],  # noqa: B006 (a literal that `ast` reads, never changed)
) -> Step:
    """Return the step z - τ log prior (Menon et al., ICLR 2021, eq. 9).

    Args:
        context: gives the class counts, whose shares are the prior.
        tau: >= 0; 0 changes nothing; null: chosen on validation data.
        grid: start, stop and step of the values tried, stop included.
    """
    log_prior = np.log(context.class_counts / context.class_counts.sum())

    def adjusted(outputs: Outputs, value: float) -> Outputs:
        before = np.zeros_like(log_prior) if outputs.offset is None else outputs.offset
        return replace(outputs, logits=outputs.logits - value * log_prior, offset=before - value * log_prior)

    return Swept(adjusted, tau, grid, context.num_classes)
