"""τ-normalised classifier."""

from dataclasses import replace
from typing import Annotated

import numpy as np
from annotated_types import Ge, MaxLen, MinLen

from ltsei.components.stage3_steps._shared import Outputs, Step, Swept
from ltsei.core.annotations import Criterion
from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.core.search import Search

REQUIRES = {"head": ["linear"]}
USES = ["features"]
SWEEPS = "tau"


def build(
    context: Context,
    *,
    tau: Annotated[float, Ge(0), Search(0, 2)] | None = None,
    grid: Annotated[list[Annotated[float, Ge(0)]], MinLen(3), MaxLen(3)] = [0.0, 2.0, 0.1],  # noqa: B006 (never changed)
    keep_bias: bool = False,
    select_by: Criterion = "val_balanced_loss",
) -> Step:
    """Return the step w_c / ‖w_c‖^τ without bias (Kang et al., ICLR 2020, section 4).

    The weights on the gate probabilities of a backbone are biases, not part of w_c. What `logit_adjustment` has added
    before stays, so both steps work in either order; the parameter of the first is chosen without the second.

    Args:
        context: gives C.
        tau: exponent of the norm; 0 only drops the bias, 1 gives all classes the same norm; null: chosen on validation
            data.
        grid: start, stop and step of the values tried, stop included; the default is the paper's.
        keep_bias: whether the bias stays as it is; the paper is silent on it, its code drops it.
        select_by: validation score by which `tau` is chosen: the lowest cross-entropy (``val_loss``) or
            cross-entropy under a uniform prior (``val_balanced_loss``), or the highest of the others.
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

    return Swept(normalised, tau, grid, select_by)


def _normalised(weight: np.ndarray, tau: float, bias_columns: list[int], keep_bias: bool) -> np.ndarray:
    directed = weight.copy()
    directed[:, bias_columns] = 0
    norms = np.linalg.norm(directed, axis=1, keepdims=True)
    result: np.ndarray = directed / np.where(norms > 0, norms, 1.0) ** tau
    if keep_bias:
        result[:, bias_columns] = weight[:, bias_columns]
    return result
