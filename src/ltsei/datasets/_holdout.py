"""Which signals of one file become the test part: at random, the last ones, or whole groups."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ltsei import seeds
from ltsei.datasets._source import Source, per_signal


@dataclass(frozen=True)
class Holdout:
    """How the test part is cut from the only file; fields as in `files.build`, at most one key."""

    fraction: float
    group_key: str | None
    order_key: str | None
    seed: int

    def choose(self, source: Source, labels: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
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
