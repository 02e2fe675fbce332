"""Head-to-tail fusion."""

from typing import Annotated

import torch
from annotated_types import Ge, Le

from ltsei.components.mixers._shared import Mixed, Mixer, Pair
from ltsei.core.context import Context
from ltsei.core.search import Search

PARTNER = True


def build(context: Context, *, share: Annotated[float, Ge(0), Le(1), Search(0.1, 0.5)] = 0.3) -> Mixer:
    """Return H2T: a share of the features of a balanced batch is replaced by those of another (Li et al., AAAI 2024).

    For training the classifier: the recipe's sampler is `class_balanced` and the partner sampler `instance_balanced`,
    so that rare classes mostly get features of frequent ones. The labels stay those of the first batch. The same
    features, drawn at random, are replaced in a whole batch. Label-safe where the rest of the features tells the
    emitters apart: a mixture has features of another emitter under its own label, as is the method's purpose.
    Deviation: the paper replaces channels of feature maps before pooling; here they are the features after it, which is
    the same where pooling treats each channel by itself. The authors' configurations have 0.25.

    Args:
        context: not used.
        share: of the features that are replaced, rounded down to a whole number; 0: none.
    """

    def mix(pair: Pair) -> Mixed:
        width = pair.first.shape[1]
        order = torch.randperm(width, generator=pair.generator, device=pair.first.device)
        replaced = order < int(share * width)
        return Mixed(torch.where(replaced, pair.second, pair.first), pair.first.new_ones(len(pair.first)))

    return Mixer("features", mix)
