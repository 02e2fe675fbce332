"""Gaussian clouded logits: noise whose size grows with the rarity of the class."""

import math
from typing import Annotated

import numpy as np
import torch
from annotated_types import Ge, Le
from torch import Tensor, nn

from ltsei.components.losses._shared import (
    Batch,
    LossValue,
    constant,
    log_prior,
    negative_log_likelihood,
    subtract_from_target,
    widen,
)
from ltsei.core.context import Context
from ltsei.core.search import Search

REQUIRES = {"head": ["cosine"]}
CORRECTS_PRIOR = True
DEVIATION = 1 / 3
"""Standard deviation of the noise before it is limited to [-1, 1]."""
MEAN_SIZE = 2 * DEVIATION * (1 - math.exp(-(DEVIATION**-2) / 2)) / math.sqrt(2 * math.pi) + math.erfc(
    1 / (DEVIATION * math.sqrt(2))
)
"""Expected size of the limited noise, E min(|ε|, 1)."""


class GaussianClouded(nn.Module):
    """Cross-entropy of cosines from which each class subtracts noise of its own size.

    Attributes:
        sizes: of the clouds, in cosine units, [C].
    """

    sizes: Tensor

    def __init__(self, sizes: np.ndarray, margin: float, generator: torch.Generator | None) -> None:
        super().__init__()
        self.register_buffer("sizes", constant(sizes), persistent=False)
        self.margin, self.generator = margin, generator

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal; in evaluation the noise is at its expectation."""
        logits, scale = widen(batch.logits), batch.extras["scale"]
        clouded = logits - scale * self.sizes * self._noise(logits)
        margins = (scale * self.margin).expand(len(logits))
        return LossValue(negative_log_likelihood(subtract_from_target(clouded, batch.labels, margins), batch.labels))

    def _noise(self, logits: Tensor) -> Tensor | float:
        """Return the size of the noise for each signal and class, in [0, 1]."""
        if not self.training:
            return MEAN_SIZE
        drawn = torch.randn(logits.shape, generator=self.generator, device=logits.device, dtype=logits.dtype)
        return (DEVIATION * drawn).abs().clamp_max(1)


def build(
    context: Context,
    *,
    noise: Annotated[float, Ge(0), Le(2), Search(0.1, 1)] = 0.5,
    margin: Annotated[float, Ge(0), Le(2)] = 0.0,
) -> GaussianClouded:
    """Return the cross-entropy of s (cos_c - noise |ε| δ_c) (Li et al., CVPR 2022).

    ε ~ N(0, 1/3) is limited to [-1, 1] and drawn anew for each signal and class; the cloud size δ_c = log(n_max/n_c) /
    log(n_max/n_min) is 0 for the most frequent class and 1 for the rarest. The scale s comes from the cosine head. The
    paper trains a new classifier on the representation. Defaults are those of the authors' CIFAR script.

    Args:
        context: gives the class counts and the random numbers.
        noise: size of the noise of the rarest class, in cosine units; 0 is cross-entropy, up to the margin.
        margin: subtracted from the cosine of each signal's own class.
    """
    prior = log_prior(context.class_counts)
    rarity = prior.max() - prior
    sizes = noise * rarity / max(rarity.max(), np.finfo(float).tiny)
    return GaussianClouded(sizes, margin, context.generator)
