"""The long-tailed split of a training part into training and validation signals."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from ltsei.core import sealed_npz
from ltsei.core.content import DamagedError
from ltsei.core.errors import InputError
from ltsei.data.validation_part import check_given, divide, notes, wanted_counts
from ltsei.numerics import seeds
from ltsei.numerics.long_tail import long_tail_counts

ImbalanceRatio = float | Literal["natural"]
ClassOrder = Literal["index", "random", "frequency"]
Shortage = Literal["error", "take_available"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Split:
    """Which signals of the training part are for training and which for validation.

    Attributes:
        train: ascending indices into the training part, int64.
        val: likewise, disjoint from `train`; empty without validation.
        class_counts: training signals per class, int64 [C].
        imbalance_ratio: as realised, max/min of `class_counts`.
        fingerprints: level -> hash of what the split was made from.
        val_counts: validation signals per class, int64 [C]; empty where unknown.
        notes: sentences on what the split could not do, such as validate a class with a single recording.
    """

    train: np.ndarray
    val: np.ndarray
    class_counts: np.ndarray
    imbalance_ratio: float
    fingerprints: Mapping[str, str]
    val_counts: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    notes: tuple[str, ...] = ()


def make_split(
    labels: np.ndarray,
    num_classes: int,
    *,
    imbalance_ratio: ImbalanceRatio,
    validation: Mapping[str, float] | None,
    n_max: int | None,
    class_order: ClassOrder,
    shortage: Shortage,
    seed: int,
    fingerprints: Mapping[str, str],
    num_validation: int = 0,
    groups: np.ndarray | None = None,
    class_names: Sequence[str] | None = None,
) -> Split:
    """Return a split of the training part, the same for every method.

    The signals of each class are permuted once; validation takes the first ones, or whole groups where there are
    groups, and training the first ones of the rest. The training sets of one seed are therefore nested: a larger ratio
    keeps a subset of each class.

    Args:
        labels: int64 [N]; every class occurs at least once before the last `num_validation` signals.
        num_classes: C.
        imbalance_ratio: max n / min n, or ``natural`` for all signals that validation leaves (`n_max`, `class_order`
            and `shortage` then have no effect).
        validation: ``{"per_class": n}``, ``{"fraction": f}`` with 0 < f < 1, ``{"given": True}`` for exactly the
            last `num_validation` signals, or None. A fraction takes at least one signal of a class that has two, and
            always leaves one for training.
        n_max: training signals of the most frequent class; None: the most that every class can supply.
        class_order: which class is the most frequent, the second, ...: in the order of the labels, at random by the
            seed, or by frequency in `labels`.
        shortage: whether a class with too few signals is an error or contributes what it has.
        seed: of the experiment.
        fingerprints: recorded in the split.
        num_validation: how many of the last signals the source gives for validation; never used for training.
        groups: the group of each signal, [N]: validation and training share none; None: each signal stands alone. The
            numbers of `validation` are then met as nearly as whole groups allow, and a class whose groups cannot be
            divided has no validation signals, which `notes` say.
        class_names: for the notes; None: the numbers of the classes.

    Raises:
        InputError: the labels cannot supply the split, or the source gives signals for validation and `validation`
            does not use them.
    """
    check_given(validation, num_validation)
    drawable = labels[: len(labels) - num_validation]
    groups = groups if groups is None else groups[: len(drawable)]
    rng = seeds.generator(seed, "split")
    members = [rng.permutation(np.flatnonzero(drawable == label)) for label in range(num_classes)]
    available = np.array([len(indices) for indices in members])
    wanted = wanted_counts(available, validation)
    val, rest = divide(members, wanted, drawable, groups, seeds.generator(seed, "validation groups"))
    order = _ranked_classes(class_order, available, rng)
    left = np.array([len(indices) for indices in rest])
    counts = left if imbalance_ratio == "natural" else _profile(left, order, imbalance_ratio, n_max, shortage)
    val_counts = np.array([len(indices) for indices in val])
    last = np.arange(len(drawable), len(labels))  # what the source gives for validation
    return Split(
        train=np.sort(np.concatenate([indices[:count] for indices, count in zip(rest, counts, strict=True)])),
        val=np.sort(np.concatenate([*val, last])),
        class_counts=counts,
        imbalance_ratio=float(counts.max() / counts.min()),
        fingerprints=dict(fingerprints),
        val_counts=val_counts + np.bincount(labels[last], minlength=num_classes),
        notes=notes(wanted, val_counts, class_names or [str(label) for label in range(num_classes)]),
    )


def write_split(path: str | Path, split: Split) -> None:
    """Write a split as .npz with a hash of its arrays; equal splits give equal bytes. Its notes also go to the log."""
    for note in split.notes:
        log.warning("%s", note)
    sealed_npz.write(
        path,
        train=split.train,
        val=split.val,
        class_counts=split.class_counts,
        imbalance_ratio=np.array(split.imbalance_ratio),
        fingerprints=np.array(json.dumps(dict(split.fingerprints), sort_keys=True)),
        val_counts=split.val_counts,
        notes=np.array(json.dumps(split.notes)),
    )


def read_split(path: str | Path) -> Split:
    """Return the split in a file; DamagedError where the file is missing or not as it was written."""
    arrays, _ = sealed_npz.read(path)
    try:
        return Split(
            arrays["train"],
            arrays["val"],
            arrays["class_counts"],
            float(arrays["imbalance_ratio"]),
            json.loads(str(arrays["fingerprints"])),
            arrays["val_counts"],
            tuple(json.loads(str(arrays["notes"]))),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(path, f"not a split ({error})") from error


def _ranked_classes(class_order: ClassOrder, available: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the classes, most frequent first; drawn after the signals, whose choice must not depend on the order."""
    if class_order == "random":
        return rng.permutation(len(available))
    if class_order == "frequency":
        return np.asarray(np.argsort(-available, kind="stable"))
    return np.arange(len(available))


def _profile(
    rest: np.ndarray, order: np.ndarray, imbalance_ratio: float, n_max: int | None, shortage: Shortage
) -> np.ndarray:
    """Return the training signals per class of an exponential profile, int64 [C]."""
    n_max = int(rest.min()) if n_max is None else n_max
    counts = np.empty_like(rest)
    counts[order] = long_tail_counts(n_max, imbalance_ratio, len(rest))
    if (counts == 0).any():
        raise InputError(
            f"imbalance_ratio: {imbalance_ratio} leaves class {order[-1]} without signals, since n_max is {n_max}; "
            f"the largest feasible ratio is {_largest_ratio(n_max)}; where classes differ in size, "
            "`class_order: frequency` with a larger n_max may allow more"
        )
    if shortage == "take_available":
        return np.asarray(np.minimum(counts, rest))
    for label in np.flatnonzero(counts > rest):
        raise InputError(
            f"split.n_max: got {n_max}, for which class {label} needs {counts[label]} training signals and has "
            f"{rest[label]}; lower n_max, or set shortage to take_available"
        )
    return counts


def _largest_ratio(n_max: int) -> int:
    """Return the largest whole ratio that leaves the rarest class a signal; not always n_max, since 49 · 49⁻¹ < 1."""
    return next((ratio for ratio in range(n_max, 0, -1) if int(n_max * float(ratio) ** -1.0) > 0), 1)
