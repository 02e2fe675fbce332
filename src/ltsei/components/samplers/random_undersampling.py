"""Frequent classes are drawn as often as the rarest one."""

import numpy as np

from ltsei.components.samplers._shared import Sampler
from ltsei.core.context import Context

CORRECTS_PRIOR = True


def build(context: Context, *, resample_each_epoch: bool = False) -> Sampler:
    """Return draws min n for each class, an epoch of C · min n draws (He and Garcia, TKDE 2009, section 3.1).

    Args:
        context: gives the class counts.
        resample_each_epoch: whether each epoch draws the next signals of a class, so that all are seen in the end; if
            not, min n signals of each class are chosen once, which is classical under-sampling.
    """
    counts = context.class_counts
    rarest = np.full_like(counts, counts.min())
    draws = rarest.astype(np.float64)
    return Sampler(lambda progress: draws, pool=None if resample_each_epoch else rarest)
