"""The signals of each class in random order, of which a long-tailed set takes the first."""

from typing import Literal

import numpy as np

Selection = Literal["cao2019"]


def class_members(
    labels: np.ndarray, num_classes: int, rng: np.random.Generator, seed: int, selection: Selection | None
) -> list[np.ndarray]:
    """Return for each class the indices of its signals, permuted.

    Args:
        labels: int64 [N].
        num_classes: C.
        rng: of our own draw.
        seed: of the experiment.
        selection: ``cao2019``: NumPy's generator of before 2019, seeded with `seed`, shuffles the classes one after the
            other, as the official code of Cao et al., NeurIPS 2019, does with ``rand_number = seed``; None: by `rng`.
    """
    classes = [np.flatnonzero(labels == label) for label in range(num_classes)]
    if selection is None:
        return [rng.permutation(indices) for indices in classes]
    official = np.random.RandomState(seed)  # its draws are the published ones; no other generator makes them
    for indices in classes:
        official.shuffle(indices)
    return classes
