"""Training signals for a stage 2 that knows more than the long-tailed set: an upper bound for new classifiers."""

import logging
from dataclasses import replace
from typing import Literal

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.split import Split
from ltsei.data.store import Store
from ltsei.numerics import seeds

log = logging.getLogger(__name__)


def stage2_split(
    split: Split, store: Store, signals: Literal["long_tailed", "balanced"], *, groups: np.ndarray | None, seed: int
) -> Split:
    """Return the split whose training signals stage 2 uses.

    Balanced, these are the long-tailed ones and others of the training part, drawn at random, so that each class has as
    many as the most frequent one had; validation stays as it is.

    Args:
        split: of the cell.
        store: of the signals.
        signals: the long-tailed ones, for which `split` is returned, or balanced ones.
        groups: the group of each signal, [N]: none that validation has is used; None: each signal stands alone.
        seed: of the split.

    Raises:
        InputError: a class has too few signals outside validation.
    """
    if signals == "long_tailed":
        return split
    labels = store.train_labels
    free = np.arange(len(labels)) < len(labels) - store.meta.num_validation
    free[np.concatenate([split.train, split.val])] = False
    if groups is not None:
        free &= ~np.isin(groups, groups[split.val])
    wanted, rng = split.class_counts.max(), seeds.generator(seed, "balanced signals")
    parts = [split.train]
    for label, count in enumerate(split.class_counts):
        members = rng.permutation(np.flatnonzero(free & (labels == label)))
        if count + len(members) < wanted:
            raise InputError(
                f"stage2.signals: balanced needs {wanted} signals of each class; outside validation, class {label} has "
                f"{count + len(members)}; lower datasets.NAME.split.n_max, or leave out this method"
            )
        parts.append(members[: wanted - count])
    train = np.sort(np.concatenate(parts))
    log.warning("oracle: stage 2 uses %d signals from outside the long-tailed set", len(train) - len(split.train))
    return replace(split, train=train, class_counts=np.full_like(split.class_counts, wanted), imbalance_ratio=1.0)
