"""Many, medium and few: the groups of classes by which metrics are reported."""

from typing import Literal

import numpy as np

GROUPS = ("many", "medium", "few")
GroupRule = Literal["absolute", "quantile", "auto"]


def groups(
    class_counts: np.ndarray, *, rule: GroupRule = "absolute", many_above: int = 100, few_below: int = 20
) -> np.ndarray:
    """Return "many", "medium" or "few" for each class, [C].

    Args:
        class_counts: training signals per class, [C].
        rule: ``absolute``: by the two bounds (Liu et al. 2019); ``quantile``: thirds of the classes by frequency, of
            equal counts the first is the more frequent; ``auto``: absolute, or thirds where that leaves a group empty.
        many_above: more training signals are many.
        few_below: fewer are few.
    """
    absolute = np.select([class_counts > many_above, class_counts < few_below], ["many", "few"], "medium")
    if rule == "absolute" or (rule == "auto" and len(np.unique(absolute)) == 3):
        return absolute
    thirds = np.array_split(np.argsort(-class_counts, kind="stable"), 3)
    found = np.empty_like(absolute)
    for name, members in zip(("many", "medium", "few"), thirds, strict=True):
        found[members] = name
    return found
