"""How long a training takes by its arithmetic, for the plan of what nobody has measured yet."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from ltsei import files
from ltsei.costs import Work
from ltsei.longtail import long_tail_counts
from ltsei.matrix import Matrix, ratio_value
from ltsei.model import build_classifier, prior_context
from ltsei.preflight import CHANNELS, LENGTH, SAMPLE_RATE_HZ
from ltsei.settings import Stage1

PASSES = 3
"""A training step costs about three forward passes: the gradient costs two more."""
CLASSES = 10
"""Classes where nobody knows how many there are; a network's arithmetic hardly depends on it."""


def estimator(matrix: Matrix, teraflops: float) -> Callable[[Work], float | None]:
    """Return a function that estimates the seconds of a job on a device which really does so many operations a second.

    It knows stage 1, whose network does nearly all the arithmetic there is; for other work it returns None.
    """
    ratios: dict[str, set[str]] = {}
    for cell in matrix.cells():
        ratios.setdefault(cell.dataset, set()).add(cell.ir)

    def seconds(work: Work) -> float | None:
        if work.rule != "stage1":
            return None
        recipe: Stage1 = matrix.recipe("stage1", work.dataset, work.method).settings
        signals = [_signals(matrix, work.dataset, ir) for ir in ratios[work.dataset]]
        known = [count for count in signals if count is not None]
        if not known:
            return None
        return PASSES * flops(recipe) * recipe.epochs * sum(known) / len(known) / (teraflops * 1e12)

    return seconds


def flops(recipe: Stage1) -> float:
    """Return the floating-point operations of one signal's way through the network, without computing them."""
    shape = (recipe.length or LENGTH, CHANNELS)
    context = prior_context(np.full(CLASSES, 10), signal_shape=shape, sample_rate_hz=SAMPLE_RATE_HZ)
    model = build_classifier(recipe.backbone, recipe.head, context, seed=0, precision="float32").eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros(2, *shape))
    return float(counter.get_total_flops()) / 2


def _signals(matrix: Matrix, dataset: str, ir: str) -> int | None:
    """Return how many training signals there are at a ratio, None where neither settings nor data say it."""
    settings, meta = matrix.dataset(dataset), Path(matrix.config.results, dataset, "signals", "meta.json")
    classes = settings.source.get("emitters")
    largest = settings.split.n_max
    if meta.exists():
        found = files.read_json(meta)
        classes, largest = len(found["class_names"]), largest or max(found["train_counts"])
    if classes is None or largest is None:
        return None
    return classes * largest if ir == "natural" else int(long_tail_counts(largest, ratio_value(ir), classes).sum())
