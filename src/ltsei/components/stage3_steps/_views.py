"""Outputs with the experts' logits for views of the signals, for steps that learn from signals without labels."""

from dataclasses import dataclass

import numpy as np

from ltsei.components.stage3_steps._shared import Outputs
from ltsei.core.errors import InputError


@dataclass(frozen=True, kw_only=True)
class ViewedOutputs(Outputs):
    """Outputs of signals of which each expert has also seen two views.

    Attributes:
        views: logits of K experts for the signals as they are, a first and a second view, float64 [3, K, N, C].
    """

    views: np.ndarray


def viewed(outputs: Outputs, views: np.ndarray) -> ViewedOutputs:
    """Return the outputs of N signals with the experts' logits, [3, K, N, C]; InputError where these are of others."""
    if views.ndim != 4 or views.shape[0] != 3 or views.shape[2:] != outputs.logits.shape:
        raise InputError(f"views: got shape {views.shape}, expected 3, experts and {outputs.logits.shape}")
    return ViewedOutputs(**vars(outputs), views=views.astype(np.float64))
