"""General logit adjustment: a weight for each class and a margin for each pair of classes."""

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le
from torch import Tensor, nn

from ltsei.components.losses._shared import (
    Batch,
    LossValue,
    PerEpoch,
    constant,
    log_prior,
    negative_log_likelihood,
    rarity_margins,
    widen,
)
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search

CORRECTS_PRIOR = True


class GeneralLogitAdjustment(nn.Module):
    """Cross-entropy with margins between a signal's class and its rivals, times a weight of the class.

    Attributes:
        margins: Δ[y, j], added to the logit of rival j, [C, C]; 0 on the diagonal.
    """

    margins: Tensor

    def __init__(self, weights: Callable[[float], np.ndarray], margins: np.ndarray, scaled: bool) -> None:
        super().__init__()
        self.register_buffer("margins", constant(margins), persistent=False)
        self.weights, self.scaled = PerEpoch(weights), scaled

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal."""
        logits = widen(batch.logits)
        margins = self.margins[batch.labels]
        if self.scaled and "scale" in batch.extras:
            margins = batch.extras["scale"] * margins
        weights = self.weights(batch.progress, like=logits)[batch.labels]
        return LossValue(weights * negative_log_likelihood(logits + margins, batch.labels))


def build(
    context: Context,
    *,
    weights: Annotated[Spec, "class_weights"] = "uniform",
    margins: Literal["prior_ratio", "rival", "rarity", "none"] = "prior_ratio",
    tau: Annotated[float, Ge(0), Search(0.25, 2)] = 1.0,
    max_margin: Annotated[float, Ge(0), Le(100)] = 0.5,
    power: Annotated[float, Ge(0), Le(4)] = 0.25,
) -> GeneralLogitAdjustment:
    """Return the loss α_y log[1 + Σ_{j≠y} exp(Δ_yj + z_j - z_y)] (Menon et al., ICLR 2021, eq. 11), for a prior π.

    Special cases that the paper names:

    * ``prior_ratio``, uniform weights: `logit_adjustment`, and the balanced softmax at tau = 1;
    * ``none``, weights `inverse_frequency`: the balanced loss, α_y ∝ 1/π_y;
    * ``rarity``, uniform weights: the margins of `ldam`, equal for all rivals;
    * ``rival``, uniform weights: the equalised form log F(π_j), here with F(π) = (π/max π)^tau, so that a rare rival
      pushes less; `equalization` has F as a step.

    A pair of weights δ_y/π_y and margins log(δ_j/δ_y) is Fisher consistent for the balanced error for any δ > 0
    (theorem 1). With δ = π^tau that is ``prior_ratio`` with the weights π^(tau - 1): for tau up to 1,
    `inverse_frequency` of the power 1 - tau.
    Deviation: class weights have mean 1, as everywhere here; the paper's are not normalised.

    Args:
        context: gives the class counts.
        weights: α; unlike the recipe's class weights, their sum over a batch does not divide the loss.
        margins: Δ_yj: ``prior_ratio`` tau log(π_j/π_y); ``rival`` tau log(π_j/max π); ``rarity`` m_y ∝ n_y^(-power);
            ``none`` 0.
        tau: strength of ``prior_ratio`` and ``rival``.
        max_margin: margin of the rarest class under ``rarity``, in cosine units with a cosine head (which multiplies it
            by its scale), else in units of the logits.
        power: growth of the margin with rarity under ``rarity``.
    """
    counts = context.class_counts
    pairs = _margins(margins, tau * log_prior(counts), rarity_margins(counts, max_margin, power))
    pairs = pairs * (1 - np.eye(context.num_classes))
    return GeneralLogitAdjustment(context.build("class_weights", weights), pairs, margins == "rarity")


def _margins(kind: str, adjustment: np.ndarray, rarity: np.ndarray) -> np.ndarray:
    """Return Δ[y, j] off the diagonal, float64 [C, C]."""
    match kind:
        case "prior_ratio":
            return np.asarray(adjustment[None, :] - adjustment[:, None])
        case "rival":
            return np.tile(adjustment - adjustment.max(), (len(adjustment), 1))
        case "rarity":
            return np.tile(rarity[:, None], (1, len(rarity)))
    return np.zeros((len(rarity), len(rarity)))
