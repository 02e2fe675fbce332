"""Labels of two files side by side: do they number or name the same classes?"""

from collections.abc import Collection
from typing import Any

from ltsei.core.errors import InputError

SIMILAR = 0.8
"""Which fraction of the classes of both parts must agree after a shift for the shift to be plausible."""
LISTED = 5


def refuse_other_numbering(part: str, labels: Collection[Any], known: Collection[Any]) -> None:
    """Raise InputError, without the name of the file, where a part seems to number or name the classes differently.

    Args:
        part: ``test`` or ``validation``.
        labels: all labels that the part has, in any order.
        known: all labels of training.
    """
    classes, trained = set(labels), set(known)
    if classes <= trained:
        return
    reason = _reason(classes, trained)
    if reason:
        raise InputError(
            f"{part} labels are {_listed(classes)} where training has {_listed(trained)}: {reason}; make the two files "
            f"agree, since a wrong class for every {part} signal would go unnoticed"
        )


def _reason(classes: set[Any], trained: set[Any]) -> str:
    """Return what the two sets look like; nothing where classes are merely missing from training."""
    text, trained_text = (any(isinstance(label, str) for label in labels) for labels in (classes, trained))
    if text != trained_text:
        same = {str(label) for label in classes} <= {str(label) for label in trained}
        return "one is text, the other numbers" + (", apparently of the same classes" if same else "")
    if text:
        spelling = {label.casefold() for label in classes} <= {label.casefold() for label in trained}
        return "they differ only in upper and lower case" if spelling else _disjoint(classes, trained)
    shift = _shift(classes, trained)
    if shift:
        return f"they look shifted by {_number(abs(shift))}"
    return _disjoint(classes, trained)


def _shift(classes: set[int], trained: set[int]) -> int:
    """Return what must be subtracted from the labels for them to be those of training; 0 where nothing suggests it."""
    needed = max(2, SIMILAR * max(len(classes), len(trained)), len(classes & trained) + 1)
    for shift in (min(classes) - min(trained), max(classes) - max(trained)):
        if len({label - shift for label in classes} & trained) >= needed:
            return shift
    return 0


def _disjoint(classes: set[Any], trained: set[Any]) -> str:
    return "" if classes & trained else "they have no class in common"


def _number(value: int) -> str:
    return "one" if value == 1 else str(value)


def _listed(labels: set[Any]) -> str:
    """Return the labels: a range where they are successive numbers, else the first ones."""
    ordered = sorted(labels, key=lambda label: (isinstance(label, str), label))
    first, last = ordered[0], ordered[-1]
    if not isinstance(last, str) and len(ordered) > 2 and last - first == len(ordered) - 1:
        return f"{first}...{last}"
    shown = ", ".join(repr(label) for label in ordered[:LISTED])
    return shown + (f", ... ({len(ordered)} in all)" if len(ordered) > LISTED else "")
