"""Signals of rare classes are repeated."""

import numpy as np

from ltsei.components.samplers._shared import Sampler
from ltsei.core.context import Context
from ltsei.core.errors import InputError

CORRECTS_PRIOR = True


def build(context: Context, *, threshold: float = 0.001) -> Sampler:
    """Return draws r_c n_c with r_c = max(1, √(t / f_c)), f_c = n_c / N (Gupta et al., CVPR 2019).

    An epoch has Σ r_c n_c draws, at least N.
    Deviation: the fraction of a repeat is drawn for each class, not for each signal, so that the signals of a class
    are drawn equally often up to one.

    Args:
        context: gives the class counts.
        threshold: t in (0, 1], the share below which a class is repeated. The paper's 0.001 is meant for 1203 classes
            and does nothing for few; 1/C repeats all classes rarer than their share in a balanced set.
    """
    if not 0 < threshold <= 1:
        raise InputError(f"threshold: out of range, got {threshold}, allowed: (0, 1]")
    counts = context.class_counts
    draws = np.maximum(1.0, np.sqrt(threshold * counts.sum() / counts)) * counts
    return Sampler(lambda progress: draws)
