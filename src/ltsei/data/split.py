"""The long-tailed split of a training part into training and validation signals."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ltsei.core import sealed_npz
from ltsei.core.content import DamagedError
from ltsei.core.errors import InputError
from ltsei.data.class_members import Selection, class_members
from ltsei.data.class_profile import ClassOrder, Shortage, profile, ranked_classes
from ltsei.data.validation_part import check_given, divide, notes, oracle_note, wanted_counts
from ltsei.numerics import seeds

ImbalanceRatio = float | Literal["natural"]

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
        notes: sentences on what the split could not do, such as validate a class with one recording, and on an oracle.
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
    validation: Mapping[str, Any] | None,
    n_max: int | None,
    class_order: ClassOrder,
    shortage: Shortage,
    seed: int,
    fingerprints: Mapping[str, str],
    num_validation: int = 0,
    groups: np.ndarray | None = None,
    class_names: Sequence[str] | None = None,
    selection: Selection | None = None,
) -> Split:
    """Return a split of the training part, the same for every method.

    The signals of each class are permuted once, and the long-tailed set takes the first ones. Validation is cut out of
    it from its end, or takes whole groups of it where there are groups. With the balanced protocol, validation takes
    the first signals of each class, and the long-tailed set, which is then all for training, those after them. The
    training sets of one seed are therefore nested: a larger ratio keeps a subset of each class. Only the long-tailed
    protocol with groups chooses anew for each ratio, since the groups of a short tail cannot be divided as those of a
    long one.

    Args:
        labels: int64 [N]; every class occurs at least once before the last `num_validation` signals.
        num_classes: C.
        imbalance_ratio: max n / min n, or ``natural`` for all signals that validation leaves (`n_max`, `class_order`
            and `shortage` then have no effect).
        validation: ``{"protocol": "long_tailed", "fraction": f}`` with 0 < f < 1 for validation out of the long-tailed
            set, ``{"protocol": "balanced", …}`` with ``"fraction"`` or ``"per_class": n`` for validation from outside
            it, ``{"given": True}`` for exactly the last `num_validation` signals, or None. A fraction takes at least
            one signal of a class that has two, and always leaves one for training.
        n_max: signals of the most frequent class of the long-tailed set; None: the most that every class can supply.
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
        selection: how the signals of each class are permuted, as in `class_members`.

    Raises:
        InputError: the labels cannot supply the split, or the source gives signals for validation and `validation`
            does not use them.
    """
    check_given(validation, num_validation)
    drawable = labels[: len(labels) - num_validation]
    groups = groups if groups is None else groups[: len(drawable)]
    rng = seeds.generator(seed, "split")
    members = class_members(drawable, num_classes, rng, seed, selection)
    available = _counts(members)
    if (available == 0).any():
        raise InputError(f"train: class {np.argmin(available)} has no signals; every class needs at least one")
    order = ranked_classes(class_order, available, rng)

    long_tail = partial(_long_tail, order=order, imbalance_ratio=imbalance_ratio, n_max=n_max, shortage=shortage)
    oracle = is_oracle(validation)
    part = members if oracle else [indices[::-1] for indices in long_tail(members)]
    wanted = wanted_counts(_counts(part), validation)
    val, rest = divide(part, wanted, drawable, groups, seeds.generator(seed, "validation groups"))
    train = long_tail(rest) if oracle else rest
    counts, val_counts = _counts(train), _counts(val)
    last = np.arange(len(drawable), len(labels))  # what the source gives for validation
    return Split(
        train=np.sort(np.concatenate(train)),
        val=np.sort(np.concatenate([*val, last])),
        class_counts=counts,
        imbalance_ratio=float(counts.max() / counts.min()),
        fingerprints=dict(fingerprints),
        val_counts=val_counts + np.bincount(labels[last], minlength=num_classes),
        notes=notes(wanted, val_counts, class_names or [str(label) for label in range(num_classes)])
        + (oracle_note(counts, val_counts) if oracle else ()),
    )


def _long_tail(
    signals: Sequence[np.ndarray],
    *,
    order: np.ndarray,
    imbalance_ratio: ImbalanceRatio,
    n_max: int | None,
    shortage: Shortage,
) -> list[np.ndarray]:
    """Return the first signals of each class, as many as the profile of the ratio asks for; all of a natural one."""
    left = _counts(signals)
    counts = left if imbalance_ratio == "natural" else profile(left, order, imbalance_ratio, n_max, shortage)
    return [indices[:count] for indices, count in zip(signals, counts, strict=True)]


def is_oracle(validation: Mapping[str, Any] | None) -> bool:
    """Return whether validation signals come from outside the long-tailed set, which a user with this tail lacks."""
    return validation is not None and validation.get("protocol") == "balanced"


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


def _counts(members: Sequence[np.ndarray]) -> np.ndarray:
    """Return the number of signals of each class, int64 [C]."""
    return np.array([len(indices) for indices in members], dtype=np.int64)
