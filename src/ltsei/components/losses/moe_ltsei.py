"""MoE-LTSEI: margins that grow with rarity up to a cap, weights by difficulty, and a gate supervised by rarity.

For a signal of class y with logits z = s cos, gate probabilities g_k and class counts n:

    effective number    E_c = (1 - beta^n_c) / (1 - beta), rho_c = max E / E_c, rarity t_c = log rho_c / log max rho
    margin              m_c = m0 + a_c m1 / (a_c + m1), a_c = m0 (rho_c^gamma - 1): from m0 (frequent) to m0 + m1
    difficulty          d = (1 - p_y)^diff_gamma exp(diff_alpha max_{j != y} p_j), p = softmax(z) without margin
    loss of a signal    d * cross-entropy(z - s m_y at y)
    gate term           mean KL(q_y || g): q_c is a hat function of t_c, so neighbouring experts share a class
    load-balance term   sum_k F_k P_k / u_k: F_k the fraction of signals whose most probable expert is k, P the mean
                        of g, u = sum_c P(c) q_c the usage that the targets imply under the sampler (uniform if
                        lambda_gate = 0)

Sources: margins by rarity from LDAM (Cao et al., NeurIPS 2019) and CosFace (Wang et al., CVPR 2018), E_c from Cui et
al. (CVPR 2019), focal weights from Lin et al. (ICCV 2017), load balance from the Switch Transformer (Fedus et al.,
JMLR 2022, eq. 4). The public implementation of LT-SEI differs.

Deviation: its margin m0 rho^gamma is unbounded and exceeds the range of a cosine (``margin_type: legacy``).
Deviation: its difficulty uses logits with margin, where 1 - p_y is always near 1, and is not detached
(``diff_logits: margin``, ``detach: false``).
Deviation: its gate is supervised for three experts only, by many (n >= 100), medium and few (n <= 20), or by tertiles
where no class is in many (``gate_target: groups``, ``tertiles: no_many``, ``many_above: 99``, ``few_below: 21``, and
``lambda_gate: 0`` for other numbers of experts); the gate term uses log(g + 1e-8), which stops learning where g is
nearly 0 (``gate_offset: 1.0e-8``), and load balance aims at equal usage (``lb_target: uniform``).
Deviation: its class weights are part of the loss; here they are the component `class_weights/compensated`.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import torch
from annotated_types import Ge, Le, Lt
from torch import Tensor, nn

from ltsei.components.losses._gate import GateTerms
from ltsei.components.losses._shared import (
    Batch,
    LossValue,
    constant,
    focal_factor,
    negative_log_likelihood,
    subtract_from_target,
    widen,
)
from ltsei.core.context import Context
from ltsei.core.search import Search
from ltsei.data.groups import groups
from ltsei.numerics.long_tail import effective_number

REQUIRES = {"head": ["moe_cosine"]}
HARD_LABELS = "its gate terms are means over the batch"


@dataclass(frozen=True)
class Difficulty:
    """Weights of the signals of a batch, by how hard they are to classify."""

    gamma: float
    alpha: float
    normalize: Literal["none", "batch"]
    detach: bool

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the weights [B]."""
        logits = widen(logits.detach() if self.detach else logits)
        others = logits.softmax(1).masked_fill(nn.functional.one_hot(labels, logits.shape[1]).bool(), 0.0)
        weights = focal_factor(negative_log_likelihood(logits, labels), self.gamma)
        weights = weights * torch.exp(self.alpha * others.amax(1))
        if self.normalize == "batch":
            weights = weights / weights.mean().clamp_min(torch.finfo(weights.dtype).tiny)
        return weights


class MoeLtsei(nn.Module):
    """Margin cross-entropy weighted by difficulty, and the gate's terms.

    Attributes:
        margins: [C], in cosine units.
    """

    margins: Tensor

    def __init__(
        self, margins: np.ndarray, difficulty: Difficulty, gate_terms: GateTerms, difficulty_sees_margin: bool
    ) -> None:
        super().__init__()
        self.register_buffer("margins", constant(margins), persistent=False)
        self.difficulty, self.gate_terms = difficulty, gate_terms
        self.difficulty_sees_margin = difficulty_sees_margin

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal and the active terms."""
        margins = batch.extras["scale"] * self.margins[batch.labels]
        logits = subtract_from_target(batch.logits, batch.labels, margins)
        difficulty = self.difficulty(logits if self.difficulty_sees_margin else batch.logits, batch.labels)
        return LossValue(
            difficulty * negative_log_likelihood(logits, batch.labels),
            self.gate_terms(batch.extras["log_gate"], batch.labels, batch.progress),
        )


def build(
    context: Context,
    *,
    beta: Annotated[float, Ge(0), Le(1)] = 0.999,
    margin_type: Literal["capped", "additive", "hard", "legacy"] = "capped",
    margin_m0: Annotated[float, Ge(0), Search(0, 0.7)] = 0.35,
    margin_m1: Annotated[float, Ge(0), Search(0, 0.5)] = 0.2,
    margin_gamma: Annotated[float, Ge(0)] = 0.5,
    diff_gamma: Annotated[float, Ge(0), Search(0, 3)] = 2.0,
    diff_alpha: Annotated[float, Ge(0)] = 1.0,
    diff_normalize: Literal["none", "batch"] = "none",
    diff_logits: Literal["plain", "margin"] = "plain",
    detach: bool = True,
    lambda_gate: Annotated[float, Ge(0), Search(0, 2)] = 1.0,
    lambda_lb: Annotated[float, Ge(0)] = 0.0,
    lb_target: Literal["implied", "uniform"] = "implied",
    gate_target: Literal["hat", "groups"] = "hat",
    tertiles: Literal["any_empty", "no_many"] = "any_empty",
    gate_smoothing: Annotated[float, Ge(0), Le(1)] = 0.0,
    gate_offset: Annotated[float, Ge(0), Lt(1)] = 0.0,
    many_above: Annotated[int, Ge(0)] = 100,
    few_below: Annotated[int, Ge(0)] = 20,
) -> MoeLtsei:
    """Return the loss described above; without margin, difficulty and terms it is cross-entropy.

    Args:
        context: gives the class counts and the sampler's class probabilities.
        beta: parameter of the effective number; with 0 all classes are equal, with 1 E_c = n_c.
        margin_type: how m_c grows: ``capped`` as above; ``additive`` m0 + m1 t^gamma; ``hard`` min(m0 rho^gamma,
            m0 + m1); ``legacy`` m0 rho^gamma.
        margin_m0: margin of the most frequent class, in cosine units.
        margin_m1: the most that rarity adds to it, in cosine units.
        margin_gamma: growth with rarity.
        diff_gamma: focal exponent; 0 switches the focal factor off.
        diff_alpha: weight of a confident rival class; 0 switches that factor off.
        diff_normalize: ``batch`` divides the weights by their mean, so that their size relative to the terms stays.
        diff_logits: whether difficulty is that of the logits without or with the margin.
        detach: whether no gradient flows through the weights.
        lambda_gate: coefficient of the gate term.
        lambda_lb: coefficient of the load-balance term.
        lb_target: the usage u of the load-balance term: that implied by the gate's targets, or 1/E for each expert.
        gate_target: the position of a class among the experts: its rarity, or 0, 1/2, 1 for many, medium, few.
        tertiles: when tertiles take the place of these groups: where one of them is empty, or only where no class is in
            many.
        gate_smoothing: part of each target that is spread over all experts.
        gate_offset: added to the gate probability whose logarithm the gate term takes.
        many_above: the group many has more training signals than this.
        few_below: the group few has fewer training signals than this.
    """
    counts = context.class_counts
    effective = effective_number(counts, beta)
    ratio = effective.max() / effective
    rarity = np.log(ratio) / max(np.log(ratio.max()), np.finfo(float).tiny)
    named = groups(counts, many_above=many_above, few_below=few_below)
    by_size = _group_positions(named, rarity) if tertiles == "any_empty" else _public_positions(named, counts)
    return MoeLtsei(
        _margins(margin_type, ratio, rarity, margin_m0, margin_m1, margin_gamma),
        Difficulty(diff_gamma, diff_alpha, diff_normalize, detach),
        GateTerms(
            rarity if gate_target == "hat" else by_size,
            context.class_probabilities,
            gate_smoothing,
            lambda_gate,
            lambda_lb,
            lb_target == "uniform",
            gate_offset,
        ),
        diff_logits == "margin",
    )


def _margins(kind: str, ratio: np.ndarray, rarity: np.ndarray, m0: float, m1: float, gamma: float) -> np.ndarray:
    """Return the margin of each class, float64 [C]."""
    unbounded = np.asarray(m0 * ratio**gamma)
    match kind:
        case "additive":
            return np.asarray(m0 + m1 * rarity**gamma)
        case "hard":
            return np.minimum(unbounded, m0 + m1)
        case "legacy":
            return unbounded
    growth = unbounded - m0
    return np.asarray(m0 + (growth / (1 + growth / m1) if m1 > 0 else 0.0 * growth))


def _group_positions(named: np.ndarray, rarity: np.ndarray) -> np.ndarray:
    """Return 0 (many), 1/2 (medium) or 1 (few) for each class, by tertiles of rarity where a group would be empty."""
    if len(np.unique(named)) < 3:
        return np.asarray(np.searchsorted(np.quantile(rarity, [1 / 3, 2 / 3]), rarity) / 2)
    return np.select([named == "many", named == "medium"], [0.0, 0.5], 1.0)


def _public_positions(named: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return 0 (many), 1/2 (medium) or 1 (few) for each class, by tertiles of the counts where none is in many."""
    if (named == "many").any():
        return np.select([named == "many", named == "medium"], [0.0, 0.5], 1.0)
    low, high = np.quantile(counts, [1 / 3, 2 / 3])
    return np.select([counts <= low, counts < high], [1.0, 0.5], 0.0)
