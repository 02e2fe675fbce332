"""Mixing during a part of the training."""

from typing import Annotated

from annotated_types import Ge, Le

from ltsei.components.mixers._shared import Mixed, Mixer, Pair
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search


def build(
    context: Context,
    *,
    mixer: Annotated[Spec, "mixers"] = "mixup",
    start: Annotated[float, Ge(0), Le(1)] = 0.0,
    end: Annotated[float, Ge(0), Le(1), Search(0.5, 0.95)] = 0.8,
) -> Mixer:
    """Return a mixer from the progress `start` on and below `end`, and no mixing otherwise.

    The first half of the two-phase training of Zhang et al., AAAI 2021 ("Bag of tricks"): mixup, then fine-tuning
    without. Label-safe as far as the mixer is.

    Args:
        context: that of the mixer.
        mixer: which one.
        start: fraction of the training; 0: from the first epoch.
        end: fraction of the training, as `start` of a deferred schedule; 0: never mixed, 1: all but the last epoch.
    """
    between: Mixer = context.build("mixers", mixer)

    def mix(pair: Pair) -> Mixed:
        if start <= pair.progress < end:
            return between.mix(pair)
        return Mixed(pair.first, pair.first.new_ones(len(pair.first)))

    return Mixer(between.level, mix)
