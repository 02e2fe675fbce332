"""Which signals of one file become the test part: at random, the last ones, or whole groups."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ltsei.core.errors import InputError
from ltsei.data.readers.recording_file import RecordingFile, per_signal
from ltsei.numerics import seeds

TIMES = ("t", "time", "timestamp", "date", "index")
"""Keys which say that the values are times where the values themselves leave it open."""


@dataclass(frozen=True)
class Holdout:
    """How the test part is cut from the only file; fields as in `files.build`, at most one key."""

    fraction: float
    group_key: str | None
    order_key: str | None
    seed: int

    def choose(self, source: RecordingFile, labels: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
        """Return bool [N], True for the test part, and a note on it; `labels` are 0...C-1 of the kept signals."""
        note: dict[str, Any] = {"fraction": self.fraction}
        if self.group_key is not None:
            groups = per_signal(source, self.group_key, "group_key")
            held_out = group_holdout(labels, groups, self.fraction, self.seed)
            test_groups = np.unique(groups[held_out]).tolist()
            return held_out, note | {"seed": self.seed, "group_key": self.group_key, "test_groups": test_groups}
        if self.order_key is not None:
            times = per_signal(source, self.order_key, "order_key")
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
    """Return the holdout that parameters of `files.build` ask for; InputError where they contradict each other."""
    if fraction is None:
        raise InputError(f"{train}: no test part: set test (a file) or holdout (a fraction between 0 and 1)")
    if test_labels is not None:
        raise InputError(f"{train}: test_labels is set, but not the file test that they belong to")
    if not 0 < fraction < 1 or seed < 0:
        raise InputError(
            f"{train}: got holdout {fraction} and seed {seed}, expected a fraction in (0, 1) and 0 or more"
        )
    if group_key is not None and order_key is not None:
        raise InputError(f"{train}: holdout takes whole groups (group_key) or the last signals (order_key), not both")
    return Holdout(fraction, group_key, order_key, seed)


def likely_keys(source: RecordingFile) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return key -> (number of different values, the settings it may serve) of what has one value per signal.

    A value for nearly every signal orders them; values which several signals of a class share may name their
    recordings. Left out are keys which divide no class.
    """
    number = len(source.labels)
    classes, codes = np.unique(source.labels, return_inverse=True)
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    for array in source.arrays:
        is_vector = max(array.shape, default=0) == math.prod(array.shape) == number
        if not is_vector or array.key == source.labels_key or array.problem or array.dtype.kind not in "biufUS":
            continue
        values, members = np.unique(array.read().ravel(), return_inverse=True)
        pairs = len(np.unique(members * len(classes) + codes))  # (class, value)
        if pairs > len(classes):
            found[array.key] = len(values), _served(array.key, len(values), pairs, number)
    return found


def _served(key: str, different: int, pairs: int, number: int) -> tuple[str, ...]:
    if different > number / 2 or (pairs == number and key.lower().rsplit("/")[-1] in TIMES):
        return ("order_key",)
    return ("group_key", "order_key") if pairs == number else ("group_key",)


def random_holdout(labels: np.ndarray, fraction: float, seed: int) -> np.ndarray:
    """Return bool [N], True for about `fraction` of each class: at least one, never all; none of a class of one."""
    order = seeds.generator(seed, "holdout").permutation(len(labels))
    return _last_of_each_class(labels, order, fraction)


def chronological_holdout(labels: np.ndarray, times: np.ndarray, fraction: float) -> np.ndarray:
    """Return bool [N], True for the last `fraction` of each class by `times`, sizes as in `random_holdout`."""
    return _last_of_each_class(labels, np.argsort(times, kind="stable"), fraction)


def group_holdout(labels: np.ndarray, groups: np.ndarray, fraction: float, seed: int) -> np.ndarray:
    """Return bool [N], True for whole groups which hold about `fraction` of the signals.

    Greedy: of the groups which bring the held-out number closer to `fraction` and leave training half of every
    class (or 1 - `fraction` of it, if that is less), the next is the one which adds most classes to the test part;
    ties fall at random by `seed`. Labels are 0...C-1.
    """
    names, members = np.unique(groups, return_inverse=True)
    counts = np.zeros((len(names), labels.max() + 1), dtype=np.int64)  # [groups, C]
    np.add.at(counts, (members, labels), 1)
    total = counts.sum(axis=0)
    target = fraction * len(labels)
    most = total - min(0.5, 1 - fraction) * total  # [C], signals of a class which may be held out
    free = seeds.generator(seed, "holdout").permutation(len(names)).tolist()
    held_out: list[int] = []
    while True:
        test = counts[held_out].sum(axis=0)
        feasible = [
            group
            for group in free
            if (test + counts[group] <= most).all()
            and abs(test.sum() + counts[group].sum() - target) < abs(test.sum() - target)
        ]
        if not feasible:
            return np.isin(members, held_out)
        best = max(feasible, key=lambda group: int(((counts[group] > 0) & (test == 0)).sum()))
        held_out.append(best)
        free.remove(best)


def _last_of_each_class(labels: np.ndarray, order: np.ndarray, fraction: float) -> np.ndarray:
    """Return bool [N], True for the last `fraction` of each class in `order` (indices)."""
    held_out = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        members = order[labels[order] == label]
        number = min(max(1, round(fraction * len(members))), len(members) - 1)
        held_out[members[len(members) - number :]] = True
    return held_out
