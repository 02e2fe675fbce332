"""One cosine classifier for all signals, corrected by a gated mixture of low-rank experts."""

import math
from typing import Annotated

import torch
from annotated_types import Ge, Gt, Le, Lt
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.heads._shared import HeadOutput, directed_features, directions
from ltsei.core.context import Context
from ltsei.core.search import Search


class MoeResidual(nn.Module):
    """z_c = scale · (cos(f, w_c) + Σ_k g_k(f) u_ck·V_k f/|f|).

    Attributes:
        weight: of the shared classifier, [C, D]; only its directions matter. Further features, the gate probabilities
            of a backbone, are ignored.
        reduce: V, from features to the r inputs of each expert, [E, r, D].
        correct: u, from these to the correction of each class, [E, C, r].
        gate: from features of length √D to the logits of g, [B, D] -> [B, E].
        floor: part of g that is spread evenly over the experts.
    """

    def __init__(
        self,
        weight: nn.Parameter,
        reduce: nn.Parameter,
        correct: nn.Parameter,
        gate: nn.Module,
        scale: float,
        floor: float,
    ) -> None:
        super().__init__()
        self.weight, self.reduce, self.correct, self.gate, self.floor = weight, reduce, correct, gate, floor
        self.scale = scale

    def forward(self, features: Tensor) -> HeadOutput:
        """Return the logits, ``gate``, and in evaluation each expert's ``choices`` [B, E]."""
        unit = functional.normalize(features[:, : self.weight.shape[1]], dim=1)
        probabilities = self.gate(math.sqrt(unit.shape[1]) * unit).softmax(1)
        gate = (1 - self.floor) * probabilities + self.floor / probabilities.shape[1]
        cosines = functional.linear(unit, functional.normalize(self.weight, dim=1))
        reduced = torch.einsum("bd,erd->ber", unit, self.reduce)
        corrections = torch.einsum("ber,ecr->bec", reduced, self.correct)
        mixed = cosines + (gate[:, :, None] * corrections).sum(1)
        extras = {"gate": gate}
        if not self.training:
            extras["choices"] = (cosines[:, None] + corrections).argmax(2)
        return HeadOutput(self.scale * mixed, extras)


def build(
    context: Context,
    *,
    experts: Annotated[int, Ge(1)] = 3,
    rank: Annotated[int, Ge(0)] = 4,
    gate_hidden: Annotated[int, Ge(1)] = 32,
    gate_dropout: Annotated[float, Ge(0), Lt(1), Search(0, 0.5)] = 0.1,
    gate_floor: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 0.5,
    scale: Annotated[float, Gt(0), Search(4, 32, "log")] = 10.0,
) -> MoeResidual:
    """Return a mixture whose experts share one cosine classifier and start with hardly any correction to it.

    As far as the experts learn nothing, it is the head `cosine`. A mixture of whole classifiers (`moe_cosine`) has E
    times the parameters and relies on its gate: an expert learns the classes that the gate sends to it, and is of
    little use for a new signal that the gate sends there by mistake.

    Ours: an expert is a low-rank correction as in LoRA (Hu et al., ICLR 2022), the gate is that of `moe_cosine`.

    Args:
        context: gives D and C.
        experts: number of experts E.
        rank: r, inputs of each expert; with 0 it is the head `cosine`.
        gate_hidden: width of the gate's hidden layer.
        gate_dropout: dropout probability in the gate.
        gate_floor: part of the gate probabilities that is spread evenly over the experts; with 1 the gate is off.
        scale: s, the steepness of the softmax.
    """
    width = directed_features(context)
    weight = directions(context.num_classes, width)
    reduce = directions(experts, rank, width)
    correct = nn.Parameter(0.01 * torch.randn(experts, context.num_classes, rank))
    output = nn.Linear(gate_hidden, experts)
    nn.init.normal_(output.weight, std=0.01)
    nn.init.zeros_(output.bias)
    gate = nn.Sequential(nn.Linear(width, gate_hidden), nn.ReLU(), nn.Dropout(gate_dropout), output)
    return MoeResidual(weight, reduce, correct, gate, scale, gate_floor)
