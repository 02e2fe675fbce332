"""Mixing whose labels favour rare classes."""

from typing import Annotated

import torch
from annotated_types import Ge, Le

from ltsei.components.mixers._shared import Mixed, Mixer, Pair, counts_of
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search

CORRECTS_PRIOR = True


def build(
    context: Context,
    *,
    mixer: Annotated[Spec, "mixers"] = "mixup",
    kappa: Annotated[float, Ge(1), Search(1.5, 10, "log")] = 3.0,
    tau: Annotated[float, Ge(0), Le(1), Search(0.2, 1)] = 0.5,
) -> Mixer:
    """Return a mixer whose label is that of a much rarer class alone where the other has a share below τ.

    With λ the share of the first signal and n_a, n_b the training signals of the two classes, the share of the first
    label is 0 if n_a / n_b ≥ κ and λ < τ, 1 if n_a / n_b ≤ 1/κ and 1 - λ < τ, and λ otherwise (Chou et al., ECCV
    workshops 2020, Remix, eq. 10). Less label-safe than the mixer: a signal that is partly of one emitter has the label
    of the other.

    Args:
        context: gives the class counts.
        mixer: which one; the paper has mixup, its manifold form and CutMix.
        kappa: κ, how many times rarer a class must be; above the imbalance ratio, labels are those of the mixer.
        tau: τ, the share of the more frequent class below which its label goes; 0: labels are those of the mixer.
    """
    inner: Mixer = context.build("mixers", mixer)
    counts = counts_of(context)

    def mix(pair: Pair) -> Mixed:
        values, share = inner.mix(pair)
        first, second = map(counts, pair.labels)
        rarer_second = (first >= kappa * second) & (share < tau)
        rarer_first = (second >= kappa * first) & (1 - share < tau)
        return Mixed(values, torch.where(rarer_second, 0.0, torch.where(rarer_first, 1.0, share)))

    return Mixer(inner.level, mix)
