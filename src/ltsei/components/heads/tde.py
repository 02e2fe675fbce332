"""Head that subtracts what the mean direction of all features alone predicts."""

from typing import Annotated

import torch
from annotated_types import Ge, Gt, Lt
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.heads._shared import HeadOutput, directed_features
from ltsei.core.context import Context
from ltsei.core.errors import InputError
from ltsei.core.search import Search

CORRECTS_PRIOR = True


class Tde(nn.Module):
    """z_c = τ/K Σ_k w_c^k·x^k / ((‖w_c^k‖ + γ) ‖x^k‖), and in evaluation mode minus its part along the mean direction.

    Attributes:
        weight: [C, K, D/K]; further features, the gate probabilities of a backbone, are ignored.
        mean_direction: moving sum of the mean features of training batches, of which only the direction matters, [K,
            D/K]; zero before the first batch.
    """

    mean_direction: Tensor

    def __init__(
        self, shape: tuple[int, int, int], *, scale: float, gamma: float, alpha: float, momentum: float
    ) -> None:
        super().__init__()
        bound = (shape[1] * shape[2]) ** -0.5
        self.weight = nn.Parameter(torch.empty(shape).uniform_(-bound, bound))
        self.scale, self.gamma, self.alpha, self.momentum = scale, gamma, alpha, momentum
        self.register_buffer("mean_direction", torch.zeros(shape[1:]))

    def forward(self, features: Tensor) -> HeadOutput:
        """Return the logits; in training mode, the mean direction takes these features in."""
        heads, width = self.weight.shape[1:]
        parts = features[:, : heads * width].view(-1, heads, width)
        unit = functional.normalize(parts, dim=2)
        if self.training:
            with torch.no_grad():
                self.mean_direction.mul_(self.momentum).add_(parts.mean(0))
        else:
            mean = functional.normalize(self.mean_direction, dim=1)
            unit = unit - self.alpha * (unit * mean).sum(2, keepdim=True) * mean
        weight = self.weight / (self.weight.norm(dim=2, keepdim=True) + self.gamma)
        return HeadOutput(self.scale / heads * functional.linear(unit.flatten(1), weight.flatten(1)))


def build(
    context: Context,
    *,
    heads: Annotated[int, Ge(1)] = 2,
    scale: Annotated[float, Gt(0), Search(8, 64, "log")] = 16.0,
    gamma: Annotated[float, Ge(0)] = 0.03125,
    alpha: Annotated[float, Ge(0), Search(0, 3)] = 1.5,
    momentum: Annotated[float, Ge(0), Lt(1)] = 0.9,
) -> Tde:
    """Return the de-confounded head with the total direct effect at test time (Tang et al., NeurIPS 2020).

    Momentum makes features drift towards a direction that frequent classes share; what a signal's part along that
    direction predicts is subtracted in evaluation mode.

    Args:
        context: gives D, a multiple of `heads`, and C.
        heads: K, the groups of features that are normalised each by itself.
        scale: τ, the steepness of the softmax.
        gamma: γ, added to the length of a weight vector.
        alpha: α, the strength of the subtraction: 1.5 for CIFAR and 3 for ImageNet-LT in the paper; 0 subtracts
            nothing.
        momentum: of the moving sum, that of the optimizer in the paper.
    """
    width = directed_features(context)
    if width % heads:
        raise InputError(f"heads: got {heads} for {width} features, expected a divisor")
    shape = context.num_classes, heads, width // heads
    return Tde(shape, scale=scale, gamma=gamma, alpha=alpha, momentum=momentum)
