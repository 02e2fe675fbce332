"""The groups of classes (many, medium, few) by which metrics are reported."""

from typing import Literal

import numpy as np

GROUPS = ("many", "medium", "few")
GroupRule = Literal["absolute", "quantile", "auto"]
SizeRule = Literal["powers_of_ten", "thirds"]


def groups(
    class_counts: np.ndarray, *, rule: GroupRule = "absolute", many_above: int = 100, few_below: int = 20
) -> np.ndarray:
    """Return "many", "medium" or "few" for each class, [C].

    Args:
        class_counts: training signals per class, [C].
        rule: ``absolute``: by the two bounds (Liu et al. 2019); ``quantile``: thirds of the classes by frequency,
            ties in class order; ``auto``: ``absolute``, or ``quantile`` where that leaves a group empty.
        many_above: a class with more training signals belongs to many.
        few_below: a class with fewer training signals belongs to few.
    """
    absolute = np.select([class_counts > many_above, class_counts < few_below], ["many", "few"], "medium")
    if rule == "absolute" or (rule == "auto" and len(np.unique(absolute)) == 3):
        return absolute
    thirds = np.array_split(np.argsort(-class_counts, kind="stable"), 3)
    names = np.empty_like(absolute)
    for name, members in zip(GROUPS, thirds, strict=True):
        names[members] = name
    return names


def size_groups(class_counts: np.ndarray, rule: SizeRule) -> np.ndarray:
    """Return a group of similar size for each class, int64 [C]: 0, 1, … without gaps, rare classes first.

    Args:
        class_counts: training signals per class, [C].
        rule: ``powers_of_ten``: 1 to 9, 10 to 99, 100 to 999, more (Li et al., CVPR 2020); ``thirds``: thirds of the
            classes by size.
    """
    if rule == "powers_of_ten":
        order = np.digitize(class_counts, [10, 100, 1000])
    else:
        order = np.array([-GROUPS.index(name) for name in groups(class_counts, rule="quantile")])
    return np.unique(order, return_inverse=True)[1].astype(np.int64)
