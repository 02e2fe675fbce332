"""Routing diverse experts, its first stage: experts that are trained by themselves and kept apart."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.losses._experts import expert_batches, expert_logits
from ltsei.components.losses._shared import Batch, LossValue, constant, weighted_sum
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search

REQUIRES = {"head": ["experts"]}


class Ride(nn.Module):
    """The sum of the experts' losses, and a reward for predictions that differ from their mean.

    Attributes:
        temperatures: of the softmax for diversity, [C].
    """

    temperatures: Tensor

    def __init__(self, loss: nn.Module, temperatures: np.ndarray, diversity: float) -> None:
        super().__init__()
        self.loss, self.diversity = loss, diversity
        self.register_buffer("temperatures", constant(temperatures), persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal, and the term ``diversity``, which is negative."""
        logits = expert_logits(batch)
        values = [self.loss(each) for each in expert_batches(batch, logits)]
        per_sample, terms = weighted_sum(values, [1.0] * len(values))
        if self.diversity == 0:
            return LossValue(per_sample, terms)
        reward = self.diversity * self.temperatures.mean() ** 2 * self.divergence(logits)
        return LossValue(per_sample, {**terms, "diversity": -reward})

    def divergence(self, logits: Tensor) -> Tensor:
        """Return Σ_k KL(mean prediction || prediction of expert k), mean over the signals; the mean has no gradient."""
        mean = (logits.detach().mean(0) / self.temperatures).log_softmax(1)
        each = (logits / self.temperatures).log_softmax(2)
        divergence = functional.kl_div(each, mean.expand_as(each), reduction="none", log_target=True)
        return divergence.sum((0, 2)).mean()


def build(
    context: Context,
    *,
    loss: Annotated[Spec, "losses"] = "ldam",
    diversity: Annotated[float, Ge(0), Search(0, 1)] = 0.45,
    temperature: Annotated[float, Gt(0)] = 1.0,
    slope: Annotated[float, Ge(0), Lt(1)] = 0.05,
) -> Ride:
    """Return Σ_k ℓ(z_k) - diversity T̄² Σ_k KL(σ(z̄/T) || σ(z_k/T)) (Wang et al., ICLR 2021, RIDE).

    T_c ∝ 1 - slope + slope · C π_c, the largest of which is `temperature`: rare classes have lower temperatures, so
    that experts differ more there. z̄ are the mean logits. The authors' configurations add deferred `effective_number`
    class weights to LDAM; as there, these do not weight the diversity.
    Deviation: the routing of the second stage, which saves computation for easy signals, is left out: every signal
    goes to all experts. T_c holds from the first epoch; in the authors' code, from where the weights begin.

    Args:
        context: gives the class counts; also that of the loss.
        loss: ℓ, of each expert by itself, one instance for all; the paper has LDAM, on cosine heads, or cross-entropy.
        diversity: strength of the reward; 0.45 is that of the authors' configurations for CIFAR.
        temperature: of the most frequent class.
        slope: how much of T_c is proportional to the frequency; 0: one temperature for all.
    """
    counts = context.class_counts
    relative = 1 - slope + slope * counts * len(counts) / counts.sum()
    return Ride(context.build("losses", loss), temperature * relative / relative.max(), diversity)
