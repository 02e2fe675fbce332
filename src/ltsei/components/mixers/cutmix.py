"""A segment of one signal pasted into another."""

from typing import Annotated

import torch
from annotated_types import Ge, Le

from ltsei.components.mixers._shared import Mixed, Mixer, Pair, beta_share
from ltsei.core.context import Context
from ltsei.core.search import Search

AXES = 1


def build(
    context: Context,
    *,
    alpha: Annotated[float, Ge(0.01), Search(0.1, 2, "log")] = 1.0,
    p: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 0.5,
) -> Mixer:
    """Return x_a with a segment of x_b, the labels in shares of the samples (Yun et al., ICCV 2019, CutMix, in time).

    The segment has ⌊(1 - λ) L⌋ samples, λ ~ Beta(alpha, alpha), and a centre uniform in time, where it is in x_b; what
    sticks out at an end is cut off. The share of x_a is that of its samples which are left. One draw serves the whole
    batch. No sample changes, so that amplitudes stay; frames that start together stay aligned.
    Label-safe as far as a segment shows its emitter: where it is recognised by the transient at the start, the rest has
    a label without evidence; the splice adds a jump of phase and carrier that no emitter makes.
    With a `partner_sampler` that favours rare classes, this is CMO (Park et al., CVPR 2022): they are seen in the
    context of frequent ones.
    Deviation: the paper cuts rectangles of images; its code rounds their sides down to even lengths.

    Args:
        context: not used.
        alpha: the larger, the more even the shares.
        p: probability that a batch is mixed; the paper has 0.5 for CIFAR and 1 for ImageNet.
    """

    def mix(pair: Pair) -> Mixed:
        length, device = pair.first.shape[1], pair.first.device
        lam = beta_share(alpha, pair)[:1]
        centre = torch.randint(length, (1,), device=device, generator=pair.generator)
        mixed = torch.rand(1, device=device, generator=pair.generator) < p
        samples = torch.where(mixed, ((1 - lam) * length).floor(), 0).long()
        start = (centre - samples // 2).clamp_min(0)
        stop = (centre - samples // 2 + samples).clamp_max(length)
        time = torch.arange(length, device=device)
        inside = ((time >= start) & (time < stop)).view(1, length, *[1] * (pair.first.ndim - 2))
        share = 1 - (stop - start) / length
        return Mixed(torch.where(inside, pair.second, pair.first), share.expand(len(pair.first)))

    return Mixer("signals", mix)
