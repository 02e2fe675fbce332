"""Dividing signals by whole groups (recordings, sessions, patients), so that no group is in both parts."""

from collections.abc import Iterator

import numpy as np

NEGLIGIBLE = 1e-9
"""A change of the cost that only rounding explains."""
EXCHANGES = 10**7
"""How many exchanges of two groups, times classes, one step of the improvement may compare; it is left out above."""
STEPS = 200
"""Most steps of the improvement."""


def choose(labels: np.ndarray, groups: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return bool [N], True for the signals of the chosen groups.

    The groups minimise the sum over classes of the squared difference between the chosen and the wanted share of the
    class's signals; before that, as few classes as possible stay without a chosen signal. Groups are tried in random
    order, then added, dropped and exchanged as long as that helps. At most half of a class is chosen, or what is
    wanted of it if that is more.

    Args:
        labels: 0...C-1, int64 [N].
        groups: the group of each signal, numbers or text, [N].
        wanted: signals of each class, fewer than it has, [C].
        rng: of the order in which groups are tried.
    """
    names, members = np.unique(groups, return_inverse=True)
    totals = np.bincount(labels, minlength=len(wanted))
    pairs, counts = np.unique(members * len(wanted) + labels, return_counts=True)
    group, label = np.divmod(pairs, len(wanted))
    order = rng.permutation(len(names))
    chosen = np.zeros(len(names), dtype=bool)
    for classes in _linked_classes(group, label, len(wanted)):
        inside = np.isin(label, classes)
        rows, row = np.unique(group[inside], return_inverse=True)
        table = np.zeros((len(rows), len(classes)), dtype=np.int64)
        table[row, np.searchsorted(classes, label[inside])] = counts[inside]
        ordered = np.argsort(np.argsort(order)[rows])
        best = _Choice(table[ordered], wanted[classes], totals[classes]).improved()
        chosen[rows[ordered]] = best
    mask: np.ndarray = chosen[members]
    return mask


def _linked_classes(group: np.ndarray, label: np.ndarray, num_classes: int) -> Iterator[np.ndarray]:
    """Yield the classes, ascending, in sets that share no group: each set is a problem of its own."""
    root = np.arange(num_classes)
    linked = np.flatnonzero(group[1:] == group[:-1])
    for first, second in dict.fromkeys(zip(label[linked].tolist(), label[linked + 1].tolist(), strict=True)):
        root[root == root[second]] = root[first]
    for each in np.unique(root[np.unique(label)]):
        yield np.flatnonzero(root == each)


class _Choice:
    """A choice among groups whose signals per class are the rows of `table`, [G, C]."""

    def __init__(self, table: np.ndarray, wanted: np.ndarray, totals: np.ndarray) -> None:
        self.table, self.wanted, self.totals = table, wanted, totals
        self.most = np.maximum(wanted, totals / 2)
        self.chosen = np.zeros(len(table), dtype=bool)

    def improved(self) -> np.ndarray:
        """Return the chosen groups, bool [G]."""
        taken, cost = np.zeros_like(self.totals), self._cost(np.zeros_like(self.totals))
        for index, row in enumerate(self.table):
            candidate = self._cost(taken + row)
            if candidate < cost - NEGLIGIBLE:
                self.chosen[index], taken, cost = True, taken + row, candidate
        for _ in range(STEPS):
            if not self._exchange():
                break
        return self.chosen

    def _cost(self, taken: np.ndarray) -> np.ndarray:
        """Return the cost of taking these signals per class, [..., C] -> [...]."""
        deviation = np.square((taken - self.wanted) / self.totals).sum(axis=-1)
        absent = ((taken == 0) & (self.wanted > 0)).sum(axis=-1)
        return np.asarray(np.where((taken > self.most).any(axis=-1), np.inf, deviation + absent))

    def _exchange(self) -> bool:
        """Drop a group, add one or exchange two, whichever helps most; return whether anything helps."""
        out, first_out = self._distinct(self.chosen)
        new, first_new = self._distinct(~self.chosen)
        if len(out) * len(new) * len(self.wanted) > EXCHANGES:
            return False
        taken = self.table[self.chosen].sum(axis=0)
        costs = self._cost(taken - out[:, None] + new[None])
        drop, add = np.unravel_index(np.argmin(costs), costs.shape)
        if costs[drop, add] >= costs[0, 0] - NEGLIGIBLE:
            return False
        for index, value in ((first_out[drop], False), (first_new[add], True)):
            if index >= 0:
                self.chosen[index] = value
        return True

    def _distinct(self, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return no signals and then the different rows of `mask`, and the first group of each (-1 for none)."""
        indices = np.flatnonzero(mask)
        rows, first = np.unique(self.table[indices], axis=0, return_index=True)
        nothing = np.zeros((1, self.table.shape[1]), dtype=np.int64)
        return np.concatenate([nothing, rows]), np.concatenate([[-1], indices[first]])
