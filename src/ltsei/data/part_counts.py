"""Signals per class of the training, validation and test part, and groups that parts share, in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

FEW = 5
"""Below this, the recall of a class says little; a warning names the class."""
LISTED = 10


def part_counts(class_names: Sequence[str], counts: Mapping[str, np.ndarray]) -> list[str]:
    """Return a sentence on the smallest, median and largest class of each part, and warnings for small classes.

    Args:
        class_names: of the C classes.
        counts: part -> signals per class, [C]; parts without signals are left out.
    """
    parts = {part: np.asarray(each) for part, each in counts.items() if np.sum(each) > 0}
    shown = "; ".join(f"{part} {sizes(each)}" for part, each in parts.items())
    warnings = [line for part, each in parts.items() for line in few_signals(class_names, part, each)]
    return [f"Signals per class: {shown}.", *warnings]


def shared_groups(notes: Mapping[str, Any]) -> list[str]:
    """Return warnings about groups in two files, from the notes of a source."""
    groups = notes.get("groups", {})
    warnings = []
    for part in ("test", "validation"):
        if both := groups.get(f"also_in_{part}"):
            names = ", ".join(map(str, both[:LISTED])) + (", ..." if len(both) > LISTED else "")
            warnings.append(
                f"Warning: the training and the {part} file share groups of {groups['key']} ({len(both)}): {names}."
            )
    return warnings


def sizes(counts: np.ndarray) -> str:
    """Return the smallest, the median and the largest of the numbers of signals per class, [C]."""
    if counts.min() == counts.max():
        return str(counts[0])
    return f"{counts.min()} to {counts.max()} (median {np.median(counts):g})"


def few_signals(class_names: Sequence[str], part: str, counts: np.ndarray) -> list[str]:
    """Return the warning about classes with few validation or test signals, if there are any."""
    order = np.argsort(counts, kind="stable")
    few = [label for label in order.tolist() if counts[label] < FEW]
    if part == "training" or not few:
        return []
    listed = ", ".join(f"{class_names[label]} ({counts[label]})" for label in few[:LISTED])
    more = f", ... ({len(few)} classes)" if len(few) > LISTED else ""
    return [f"Warning: fewer than {FEW} {part} signals of {listed}{more}; balanced accuracy weighs all classes alike."]
