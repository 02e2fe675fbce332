"""Probabilistic contrastive loss: features of a class follow a von Mises-Fisher distribution."""

import math
from typing import Annotated

import torch
from annotated_types import Ge, Gt
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.losses._contrastive import ClassSums, Projector, features_of, one_batch, over_views
from ltsei.components.losses._shared import Batch, LossValue, constant, log_prior, negative_log_likelihood, widen
from ltsei.core.context import Context
from ltsei.core.search import Search

VIEWS = 2
STATE = True
CORRECTS_PRIOR = True
HARD_LABELS = "it estimates the distribution of each class"
MOST_CONCENTRATED = 1e5
"""Upper bound of κ, which a class whose projections are all the same would exceed."""


def log_bessel_ratio(squared: Tensor, order: float) -> Tensor:
    """Return log [I_ν(x) / x^ν], the logarithm of a modified Bessel function, as a smooth function of x² ≥ 0.

    By the uniform expansion for large orders (NIST Digital Library of Mathematical Functions, 10.41.3), with the terms
    up to ν^-3: off by less than 1e-5 at ν = 7 and 1e-8 at ν = 63, whatever x.

    Args:
        squared: x², float64.
        order: ν > 0.
    """
    root = torch.sqrt(order**2 + squared)
    p = order / root
    first = (3 * p - 5 * p**3) / 24
    second = (81 * p**2 - 462 * p**4 + 385 * p**6) / 1152
    third = (30375 * p**3 - 369603 * p**5 + 765765 * p**7 - 425425 * p**9) / 414720
    series = torch.log1p(first / order + second / order**2 + third / order**3)
    value: Tensor = root - order * torch.log(order + root) - 0.5 * torch.log(2 * math.pi * root) + series
    return value


def concentrations(mean: Tensor) -> Tensor:
    """Return κ [C] of unit vectors with these means [C, P]: R (P - R²) / (1 - R²) with the length R of the mean.

    The approximate maximum-likelihood estimate (Banerjee et al., JMLR 2005, eq. 4.4).
    """
    length: Tensor = mean.norm(dim=1)
    spread = (1 - length**2).clamp_min(torch.finfo(mean.dtype).eps)
    estimate: Tensor = length * (mean.shape[1] - length**2) / spread
    return estimate.clamp_max(MOST_CONCENTRATED)


class Proco(nn.Module):
    """Logit-adjusted cross-entropy of the classifier, and of the expected similarity to each class.

    Attributes:
        log_prior: [C].
    """

    log_prior: Tensor

    def __init__(self, projector: Projector, sums: ClassSums, prior: Tensor, temperature: float, weight: float) -> None:
        super().__init__()
        self.projector, self.sums = projector, sums
        self.temperature, self.contrast = temperature, weight
        self.register_buffer("log_prior", prior, persistent=False)

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal; in validation the logit-adjusted cross-entropy."""
        classifier = negative_log_likelihood(widen(batch.logits) + self.log_prior, batch.labels)
        if batch.views is None:
            return LossValue(classifier)
        rows, labels = one_batch(self.projector(batch.views).double(), batch.labels)
        if self.training:
            self.sums.add(rows, labels)
        contrast = negative_log_likelihood(self.similarities(rows).to(classifier) + self.log_prior, labels)
        return LossValue(classifier + self.contrast * over_views(contrast, len(batch.views)))

    def similarities(self, rows: Tensor) -> Tensor:
        """Return log E exp(z·v / τ) over the distribution of v in each class, for unit vectors z, float64 [N, C]."""
        sums, counts = self.sums.last + self.sums.present, self.sums.last_counts + self.sums.present_counts
        mean = sums / counts.clamp_min(1)[:, None]
        kappa, order = concentrations(mean), mean.shape[1] / 2 - 1
        along = rows @ functional.normalize(mean, dim=1).T
        squared = kappa**2 + 2 * kappa * along / self.temperature + self.temperature**-2
        return log_bessel_ratio(squared.clamp_min(0), order) - log_bessel_ratio(kappa**2, order)


def build(
    context: Context,
    *,
    temperature: Annotated[float, Gt(0), Search(0.05, 0.5, "log")] = 0.1,
    projection: Annotated[int, Ge(16)] = 128,
    hidden: Annotated[int, Gt(0)] = 512,
    contrast: Annotated[float, Ge(0), Search(0.1, 2, "log")] = 1.0,
) -> Proco:
    """Return logit-adjusted cross-entropy + contrast · ProCo (Du et al., TPAMI 2024).

    ProCo is the supervised contrastive loss with infinitely many candidates, drawn from the distribution
    f(v) ∝ exp(κ_c μ_c·v) of each class c, as many as its prior says. The expectation of exp(z·v / τ) has a closed form,
    C(κ_c) / C(|κ_c μ_c + z / τ|) with the normaliser C(κ) ∝ κ^ν / I_ν(κ), ν = P/2 - 1, so that no class is missing from
    a small batch. μ and κ come from the mean of the projections. Cross-entropy sees the first view.
    Deviation: the paper takes the means of the last epoch; like the authors' code, this loss adds the present epoch's
    signals so far. A class not seen yet is uniform; the code gives it a random direction.
    Deviation: the code estimates κ as P R / (1 - R²), and I_ν by a recurrence that is inexact for large κ.
    Deviation: the code draws a third view for cross-entropy, with stronger augmentation.

    Args:
        context: gives the number of features and the class counts.
        temperature: τ.
        projection: size P of the unit vectors; at least 16, where the Bessel functions are exact enough.
        hidden: hidden units of the perceptron before them, which has batch normalisation.
        contrast: weight of ProCo.
    """
    projector = Projector(features_of(context), hidden, projection, norm=True)
    return Proco(
        projector,
        ClassSums(context.num_classes, projection),
        constant(log_prior(context.class_counts)),
        temperature,
        contrast,
    )
