"""τ-normalised classifier."""

from dataclasses import replace

import numpy as np

from ltsei.components import Context
from ltsei.errors import InputError
from ltsei.stage3_steps._shared import Outputs, Step, Swept

REQUIRES = {"head": ["linear"]}
USES = ["features"]
SWEEPS = "tau"


def build(
    context: Context,
    *,
    tau: float | None = None,
    grid: list[float] = [0.0, 2.0, 0.1],  # noqa: B006 (a literal that `ast` reads, never changed)
) -> Step:
    """Return the step w_c / ‖w_c‖^τ without bias (Kang et al., ICLR 2020, section 4).

    Args:
        context: gives C.
        tau: >= 0; 0 drops only the bias, 1 gives all classes the same norm; null: chosen on validation data.
        grid: start, stop and step of the values tried, stop included; the default is the paper's.
    """
    return Swept(_normalised, tau, grid, context.num_classes)


def _normalised(outputs: Outputs, tau: float) -> Outputs:
    if outputs.features is None or outputs.weight is None:
        raise InputError("outputs: features or the weight of a linear head are missing, expected both")
    norms = np.linalg.norm(outputs.weight, axis=1, keepdims=True)
    weight = outputs.weight / np.where(norms > 0, norms, 1.0) ** tau
    return replace(outputs, logits=outputs.features @ weight.T, weight=weight, bias=None)
