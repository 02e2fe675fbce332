"""Mixing that changes once."""

from typing import Annotated

from annotated_types import Ge, Le

from ltsei.components.mixers._shared import Mixed, Mixer, Pair
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search


def build(
    context: Context,
    *,
    mixer: Annotated[Spec, "mixers"] = "mixup",
    end: Annotated[float, Ge(0), Le(1), Search(0.5, 0.95)] = 0.8,
) -> Mixer:
    """Return a mixer up to the progress `end`, and no mixing from there on.

    The first half of the two-phase training of Zhang et al., AAAI 2021 ("Bag of tricks"): mixup, then fine-tuning
    without. Label-safe as far as the mixer is.

    Args:
        context: that of the mixer.
        mixer: which one.
        end: fraction of the training, as `start` of a deferred schedule; 0: never mixed, 1: all but the last epoch.
    """
    mixer_before: Mixer = context.build("mixers", mixer)

    def mix(pair: Pair) -> Mixed:
        if pair.progress < end:
            return mixer_before.mix(pair)
        return Mixed(pair.first, pair.first.new_ones(len(pair.first)))

    return Mixer(mixer_before.level, mix)
