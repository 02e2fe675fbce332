"""Signals of rare classes are repeated."""

from typing import Annotated

import numpy as np
from annotated_types import Gt, Le

from ltsei.components.samplers._shared import Sampler
from ltsei.core.context import Context
from ltsei.core.search import Search

CORRECTS_PRIOR = True


def build(context: Context, *, threshold: Annotated[float, Gt(0), Le(1), Search(0.001, 0.1, "log")] = 0.001) -> Sampler:
    """Return draws r_c n_c with r_c = max(1, √(t / f_c)), f_c = n_c / N (Gupta et al., CVPR 2019).

    An epoch has Σ r_c n_c draws, at least N.
    Deviation: the fraction of a repeat is drawn for each class, not for each signal, so that the signals of a class
    are drawn equally often, give or take one.

    Args:
        context: gives the class counts.
        threshold: t, the fraction of all signals below which a class is repeated. The paper's 0.001 is meant for 1203
            classes and has no effect with few; 1/C repeats every class that is rarer than in a balanced set.
    """
    counts = context.class_counts
    draws = np.maximum(1.0, np.sqrt(threshold * counts.sum() / counts)) * counts
    return Sampler(lambda progress: draws)
