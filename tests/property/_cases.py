"""Inputs for the properties of post-hoc steps."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from ltsei.components.stage3_steps._shared import Outputs

NO_LABELS = np.empty(0, dtype=np.int64)
few = settings(max_examples=25)
seeds = st.integers(0, 10_000)


def unbiased_outputs(seed, signals=30):
    """Outputs of a linear head without bias, 8 features and 5 classes."""
    rng = np.random.default_rng(seed)
    features, weight = rng.normal(size=(signals, 8)), rng.normal(size=(5, 8))
    return Outputs(features @ weight.T, features, weight)
