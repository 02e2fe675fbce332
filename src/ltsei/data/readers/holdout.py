"""Which signals of one file become the test part: random ones, the latest, or whole groups."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data import whole_groups
from ltsei.data.captures.settings import Wanted, as_texts
from ltsei.data.group_folds import Fold
from ltsei.data.readers.signal_file import SignalFile
from ltsei.data.readers.signal_values import values_per_signal
from ltsei.data.readers.value_choice import chosen
from ltsei.numerics import seeds


@dataclass(frozen=True)
class Holdout:
    """How the test part is cut from the only file; parameters of `components.sources.files`, at most one key.

    Attributes:
        fraction: of each class; not used with `values` or `fold`.
        values: key -> values of the signals that become the test part, instead of a fraction.
        fold: the fold that becomes the test part, instead of a fraction.
    """

    fraction: float
    group_key: str | None
    order_key: str | None
    seed: int
    values: Mapping[str, Wanted] = field(default_factory=dict)
    fold: Fold | None = None

    def choose(self, file: SignalFile, labels: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
        """Return bool [n], True for the test part, and a note on it; `labels` are 0...C-1 of the signals in use."""
        if self.values:
            texts = {key: as_texts(wanted) for key, wanted in self.values.items()}
            return chosen(file, self.values, "test_values"), {"values": texts}
        if self.fold is not None:
            key = self.fold.by or self.group_key or ""
            groups = values_per_signal(file, key, "fold.by")
            in_fold = self.fold.chosen(labels, groups)
            return in_fold, self.fold.note(key, groups[in_fold])
        note: dict[str, Any] = {"fraction": self.fraction}
        if self.group_key is not None:
            groups = values_per_signal(file, self.group_key, "group_key")
            held_out = group_holdout(labels, groups, self.fraction, self.seed)
            test_groups = np.unique(groups[held_out]).tolist()
            return held_out, note | {"seed": self.seed, "group_key": self.group_key, "test_groups": test_groups}
        if self.order_key is not None:
            times = values_per_signal(file, self.order_key, "order_key")
            return chronological_holdout(labels, times, self.fraction), note | {"order_key": self.order_key}
        return random_holdout(labels, self.fraction, self.seed), note | {"seed": self.seed}


def checked_holdout(
    train: str,
    test_labels: str | None,
    fraction: float | None,
    group_key: str | None,
    order_key: str | None,
    seed: int,
) -> Holdout:
    """Return the holdout that the parameters ask for; InputError where they contradict each other."""
    if fraction is None:
        raise InputError(f"{train}: no test part: set test (a file) or holdout (a fraction between 0 and 1)")
    if test_labels is not None:
        raise InputError(f"{train}: test_labels is set, but not the file test that they belong to")
    if group_key is not None and order_key is not None:
        raise InputError(f"{train}: holdout takes whole groups (group_key) or the latest signals (order_key), not both")
    return Holdout(fraction, group_key, order_key, seed)


def random_holdout(labels: np.ndarray, fraction: float, seed: int) -> np.ndarray:
    """Return bool [N], True for about `fraction` of each class: at least one signal, never all, none of a class of one.

    The choice depends on `seed`.
    """
    order = seeds.generator(seed, "holdout").permutation(len(labels))
    return _last_of_each_class(labels, order, fraction)


def chronological_holdout(labels: np.ndarray, times: np.ndarray, fraction: float) -> np.ndarray:
    """Return bool [N], True for the last `fraction` of each class by `times`; sizes as in `random_holdout`."""
    return _last_of_each_class(labels, np.argsort(times, kind="stable"), fraction)


def group_holdout(labels: np.ndarray, groups: np.ndarray, fraction: float, seed: int) -> np.ndarray:
    """Return bool [N], True for whole groups that hold about `fraction` of each class.

    Training keeps at least half of every class (or 1 - `fraction` of it, if that is less), so that a class without a
    group that can be spared has no test signals.

    Args:
        labels: 0...C-1, [N].
        groups: the group of each signal, numbers or text, [N].
        fraction: of each class, between 0 and 1.
        seed: of the order in which groups are tried.
    """
    wanted = fraction * np.bincount(labels)
    return whole_groups.choose(labels, groups, wanted, seeds.generator(seed, "holdout"))


def _last_of_each_class(labels: np.ndarray, order: np.ndarray, fraction: float) -> np.ndarray:
    """Return bool [N], True for the last `fraction` of each class in `order` (indices)."""
    held_out = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        members = order[labels[order] == label]
        number = min(max(1, round(fraction * len(members))), len(members) - 1)
        held_out[members[len(members) - number :]] = True
    return held_out
