"""Rare classes are drawn as often as the most frequent one."""

import numpy as np

from ltsei.components.samplers._shared import Sampler
from ltsei.core.context import Context

CORRECTS_PRIOR = True


def build(context: Context) -> Sampler:
    """Return draws max n for each class, an epoch of C · max n draws (He and Garcia, TKDE 2009, section 3.1).

    `class_balanced` has the same class probabilities in an epoch of N draws; compare the two after equal numbers of
    steps, not of epochs.
    Deviation: no signal is repeated before all others of its class were drawn; the classical method draws at random.
    """
    counts = context.class_counts
    draws = np.full(len(counts), float(counts.max()))
    return Sampler(lambda progress: draws)
