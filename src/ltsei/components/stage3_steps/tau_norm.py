"""τ-normalised classifier."""

from dataclasses import replace

import numpy as np

from ltsei.components.stage3_steps._shared import Outputs, Step, Swept
from ltsei.core.context import Context
from ltsei.core.errors import InputError

REQUIRES = {"head": ["linear"]}
USES = ["features"]
SWEEPS = "tau"


def build(
    context: Context,
    *,
    tau: float | None = None,
    grid: list[float] = [0.0, 2.0, 0.1],  # noqa: B006 (a literal that `ast` reads, never changed)
    keep_bias: bool = False,
) -> Step:
    """Return the step w_c / ‖w_c‖^τ without bias (Kang et al., ICLR 2020, section 4).

    The weights on the shares of a backbone's gate are biases, not part of w_c. What `logit_adjustment` has added
    before stays, so both steps can stand in either order; the first one's parameter is chosen without the second.

    Args:
        context: gives C.
        tau: >= 0; 0 drops only the bias, 1 gives all classes the same norm; null: chosen on validation data.
        grid: start, stop and step of the values tried, stop included; the default is the paper's.
        keep_bias: whether the bias stays, unchanged; the paper is silent on it, its code drops it.
    """

    def normalised(outputs: Outputs, value: float) -> Outputs:
        if outputs.features is None or outputs.weight is None:
            raise InputError("outputs: features or the weight of a linear head are missing, expected both")
        weight = _normalised(outputs.weight, value, list(outputs.bias_columns), keep_bias)
        bias = outputs.bias if keep_bias else None
        logits = outputs.features @ weight.T
        for added in (bias, outputs.offset):
            logits = logits if added is None else logits + added
        return replace(outputs, logits=logits, weight=weight, bias=bias)

    return Swept(normalised, tau, grid, context.num_classes)


def _normalised(weight: np.ndarray, tau: float, bias_columns: list[int], keep_bias: bool) -> np.ndarray:
    directed = weight.copy()
    directed[:, bias_columns] = 0
    norms = np.linalg.norm(directed, axis=1, keepdims=True)
    result: np.ndarray = directed / np.where(norms > 0, norms, 1.0) ** tau
    if keep_bias:
        result[:, bias_columns] = weight[:, bias_columns]
    return result
