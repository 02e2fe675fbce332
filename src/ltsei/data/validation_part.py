"""Which training signals become the validation part: random ones of each class, or whole groups."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data import whole_groups


def check_given(validation: Mapping[str, Any] | None, num_validation: int) -> None:
    """Raise InputError unless `validation` uses the signals that the source gives for validation, if there are any."""
    wants_given = validation is not None and "given" in validation
    if wants_given and num_validation == 0:
        raise InputError(
            "split.validation: got given, but the source has no validation signals; name their file in source.val, or "
            "write a fraction such as `validation: {fraction: 0.1}`, or `validation: none`"
        )
    if num_validation > 0 and not wants_given:
        raise InputError(
            f"split.validation: got {validation and dict(validation)}, but source.val has {num_validation} signals; "
            "write `validation: given`, or remove source.val"
        )


def wanted_counts(available: np.ndarray, validation: Mapping[str, Any] | None) -> np.ndarray:
    """Return how many signals of each class `validation` asks for, fewer than the class has, int64 [C]."""
    if validation is None:
        return np.zeros_like(available)
    match {key: value for key, value in validation.items() if key != "protocol"}:
        case {"per_class": int(count), **rest} if count >= 1 and not rest:
            if available.min() <= count:
                raise InputError(
                    f"split.validation.per_class: got {count}, which leaves no training signals of class "
                    f"{np.argmin(available)}, which has {available.min()}; lower it, or use fraction"
                )
            return np.full_like(available, count)
        case {"fraction": float(fraction), **rest} if 0 < fraction < 1 and not rest:
            wanted = np.maximum(np.round(available * fraction).astype(np.int64), 1)
            return np.asarray(np.minimum(wanted, available - 1))
        case {"given": True, **rest} if not rest:
            return np.zeros_like(available)
    raise InputError(f"split.validation: got {dict(validation)}, expected per_class >= 1 or fraction in (0, 1)")


def divide(
    members: Sequence[np.ndarray],
    wanted: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray | None,
    rng: np.random.Generator,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the signals of each class for validation, and those left for training, both in the order of `members`.

    Args:
        members: the signals of each class (indices) in random order.
        wanted: validation signals of each class, [C].
        labels: of all signals, int64 [N].
        groups: the group of each signal, [N], where validation takes whole groups; else None.
        rng: of the choice of groups.
    """
    if groups is None or not wanted.any():
        pairs = zip(members, wanted, strict=True)
        val, rest = zip(*((indices[:number], indices[number:]) for indices, number in pairs), strict=True)
        return list(val), list(rest)
    signals = np.sort(np.concatenate(members))
    chosen = np.zeros(len(labels), dtype=bool)
    chosen[signals] = whole_groups.choose(labels[signals], groups[signals], wanted, rng)
    return [indices[chosen[indices]] for indices in members], [indices[~chosen[indices]] for indices in members]


def notes(wanted: np.ndarray, val_counts: np.ndarray, class_names: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence on the classes of which validation has no signals although it should, if there are any."""
    missing = [class_names[label] for label in np.flatnonzero((wanted > 0) & (val_counts == 0)).tolist()]
    if not missing:
        return ()
    return (f"no validation signals of {_listed(missing)}: no recording of theirs can be spared from training",)


def oracle_note(counts: np.ndarray, val_counts: np.ndarray) -> tuple[str, ...]:
    """Return the sentence on how much more the validation part of the balanced protocol knows than the training part.

    Args:
        counts: training signals of each class, [C].
        val_counts: validation signals of each class, [C].
    """
    larger = val_counts > counts
    extra = f": {val_counts[larger].sum()} signals, where training has {counts[larger].sum()}" if larger.any() else ""
    return (
        f"oracle: {val_counts.sum()} validation signals come from outside the long-tailed set; in {larger.sum()} of "
        f"{len(counts)} classes they outnumber those for training{extra}",
    )


def _listed(names: Sequence[str], most: int = 10) -> str:
    plural = "class" if len(names) == 1 else f"{len(names)} classes:"
    return f"{plural} {', '.join(names[:most])}" + (", ..." if len(names) > most else "")
