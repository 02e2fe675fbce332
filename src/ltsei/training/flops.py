"""The floating-point operations of a network, counted without computing them."""

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from ltsei.config.stages import Stage1
from ltsei.core.context import prior_context
from ltsei.training.model import build_classifier
from ltsei.training.signal_kind import CHANNELS, LENGTH, SAMPLE_RATE_HZ

CLASSES = 10
"""Stands for the number of classes, on which the operations of a network hardly depend."""


def flops(recipe: Stage1, shape: tuple[int, ...] | None = None) -> float:
    """Return the floating-point operations of one signal's forward pass.

    Args:
        recipe: whose network it is.
        shape: (*shape, channels) of a signal; None: I/Q signals of the recipe's length.
    """
    shape = shape or (recipe.length or LENGTH, CHANNELS)
    context = prior_context(np.full(CLASSES, 10), signal_shape=shape, sample_rate_hz=SAMPLE_RATE_HZ)
    model = build_classifier(recipe.backbone, recipe.head, context, seed=0, precision="float32").eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros(2, *shape))
    return float(counter.get_total_flops()) / 2
