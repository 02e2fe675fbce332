"""A bounded sample of the two parts of a data set, the same share of each class as far as it reaches."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ltsei.data.meta import Meta
from ltsei.data.store import Store
from ltsei.numerics import seeds

LARGEST = 4000
"""Signals of a part that are examined, so that the audit of a large data set takes minutes."""
CHUNK_BYTES = 2**25
KEYS = ("recording", "time")
Keys = dict[str, tuple[np.ndarray, np.ndarray]]
"""Name -> its value for each training and each test signal, numbers or text."""


@dataclass(frozen=True)
class PartSample:
    """The examined signals of a part.

    Attributes:
        signals: of the whole part, [N, *shape, channels].
        indices: of those examined, ascending, int64 [n].
        labels: of those examined, int64 [n].
    """

    signals: np.ndarray
    indices: np.ndarray
    labels: np.ndarray

    def chunks(self) -> Iterator[np.ndarray]:
        """Yield the examined signals in order, float32 [at most some MB, *shape, channels]."""
        rows = max(1, CHUNK_BYTES // max(1, self.signals[:1].nbytes))
        for start in range(0, len(self.indices), rows):
            yield np.array(self.signals[self.indices[start : start + rows]])


@dataclass(frozen=True)
class AuditSample:
    """What the audit examines.

    Attributes:
        train: training signals, those for validation alone left out.
        test: test signals.
        meta: of the store.
        keys: what is known of each examined signal, such as its recording.
    """

    train: PartSample
    test: PartSample
    meta: Meta
    keys: Keys

    @property
    def chance(self) -> float:
        """Balanced accuracy of guessing: one over the classes of the test signals."""
        return 1 / len(np.unique(self.test.labels))


def draw(store: Store, test_labels: np.ndarray, keys: Keys) -> AuditSample:
    """Return the sample of a store; `keys` has a value for each signal of both parts."""
    drawable = store.train_labels[: len(store.train_labels) - store.meta.num_validation]
    train = _part(store.train_signals, drawable, "train")
    test = _part(store.test_signals, test_labels, "test")
    of_sample = {
        name: (of_train[train.indices], of_test[test.indices])
        for name, (of_train, of_test) in keys.items()
        if len(of_train) >= len(drawable) and len(of_test) == len(test_labels)
    }
    return AuditSample(train, test, store.meta, of_sample)


def _part(signals: np.ndarray, labels: np.ndarray, name: str) -> PartSample:
    rng = seeds.generator(0, f"audit {name}")
    members = [rng.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)]
    each = _per_class([len(indices) for indices in members])
    indices = np.sort(np.concatenate([indices[:each] for indices in members]))
    return PartSample(signals, indices, labels[indices])


def _per_class(sizes: list[int]) -> int:
    """Return the most signals of a class with which all classes together do not exceed `LARGEST`, at least 2."""
    low, high = 2, max(*sizes, 2)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(size, middle) for size in sizes) <= LARGEST:
            low = middle
        else:
            high = middle - 1
    return low
