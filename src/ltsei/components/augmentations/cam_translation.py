"""What the network looks at, moved in time."""

from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor

from ltsei.components.augmentations._shared import Guided, chosen
from ltsei.core.context import Context
from ltsei.core.search import Search

REQUIRES = {"head": ["linear"], "backbone": ["convnet_adsb", "dilated_tcn", "resnet1d"]}
USES_LABELS = True


def build(
    context: Context,
    *,
    p: Annotated[float, Ge(0), Le(1), Search(0, 1)] = 1.0,
    threshold: Annotated[float, Ge(0), Le(4), Search(0.5, 1.5)] = 0.75,
) -> Guided:
    """Return each changed signal with its foreground moved in time over the rest, which stays (Zhang et al. 2021).

    The foreground are the samples whose activation for the signal's own class, minus its minimum over time, is at least
    `threshold` times its mean (Zhang et al., AAAI 2021, CAM-based sampling; the map is that of Zhou et al., CVPR 2016).
    It moves by a shift that is uniform among those which keep all of it inside. With `augment: repeats` and a sampler
    that draws rare classes more often, the signals themselves stay and their repeats differ, as in the paper.
    Each step costs one more pass forward, in evaluation mode. The map has one value per stride of the backbone, 384
    samples for `convnet_adsb` and 32 for `resnet1d` at their defaults.
    Label-safe as far as the foreground shows the emitter: every sample is its own, but some are covered, some appear
    twice, and splices jump in phase.
    Deviation: the map is that of the network in training, not of one trained before. The paper also flips, rotates and
    scales the foreground; reversed or stretched in time, a signal is no longer that of its emitter.

    Args:
        context: not used.
        p: probability for each signal.
        threshold: of the activation, in units of its mean; 0: the foreground is the whole signal, which cannot move.
            The official code has 3/4.
    """

    def translate(signals: Tensor, generator: torch.Generator, activation: Tensor) -> Tensor:
        count, length, device = signals.shape[0], signals.shape[1], signals.device
        above = activation - activation.amin(1, keepdim=True)
        foreground = above >= threshold * above.mean(1, keepdim=True)
        first, last = foreground.int().argmax(1), length - 1 - foreground.flip(1).int().argmax(1)
        room = first + length - last  # number of shifts that keep the foreground inside
        drawn = torch.rand(count, device=device, generator=generator)
        shifts = ((drawn * room).long().clamp_max(room - 1) - first) * chosen(signals, p, generator)
        source = torch.arange(length, device=device) - shifts[:, None]
        inside = (source >= 0) & (source < length)
        source = source.clamp(0, length - 1)
        moved = signals[torch.arange(count, device=device)[:, None], source]
        covered = inside & foreground.gather(1, source)
        return torch.where(covered.view(count, length, *[1] * (signals.ndim - 2)), moved, signals)

    return Guided(translate)
