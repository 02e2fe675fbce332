"""Which signals make up an epoch: the sampler gives the draws per class, each class is cycled through."""

from typing import Any

import numpy as np
import torch

ROUNDING = 1e-6
"""Draws this close to a whole number count as that number."""


class ClassCycles:
    """The signals of one epoch after another.

    Each class is a cycle of reshuffled permutations that continues across epochs: no signal is drawn again before all
    others of its class have been drawn. With as many draws as signals, an epoch is one shuffled pass.
    """

    def __init__(
        self,
        labels: np.ndarray,
        num_classes: int,
        rng: np.random.Generator,
        *,
        pool: np.ndarray | None = None,
        consecutive: int | None = None,
    ) -> None:
        """Cycle through signals with these labels, int64 [N].

        Args:
            labels: of all signals.
            num_classes: C.
            rng: of all draws.
            pool: number of signals of each class to choose and draw from, int64 [C]; None: all of them.
            consecutive: classes take turns with this many draws each; None: an epoch is shuffled.
        """
        self._rng, self._consecutive = rng, consecutive
        self._members = [np.flatnonzero(labels == label) for label in range(num_classes)]
        if pool is not None:
            self._members = [
                rng.choice(members, size, replace=False) for members, size in zip(self._members, pool, strict=True)
            ]
        self._queues = [members[:0] for members in self._members]

    def epoch(self, expected: np.ndarray) -> np.ndarray:
        """Return the indices of one epoch in training order, int64 [n], for expected draws per class, float64 [C]."""
        counts = round_draws(expected, self._rng)
        drawn = np.concatenate([self._draw(label, count) for label, count in enumerate(counts.tolist())])
        if self._consecutive is None:
            return self._rng.permutation(drawn)
        return np.asarray(drawn[self._in_turns(counts, self._consecutive)])

    def _in_turns(self, counts: np.ndarray, consecutive: int) -> np.ndarray:
        """Return an order of draws sorted by class: in each round every class has one turn, in random sequence."""
        labels = np.repeat(np.arange(len(counts)), counts)
        places = np.concatenate([np.arange(count) for count in counts])
        rounds = places // consecutive
        turns = self._rng.random((rounds.max() + 1, len(counts)))[rounds, labels]
        return np.asarray(np.lexsort((places, turns, rounds)))

    def _draw(self, label: int, count: int) -> np.ndarray:
        queue, members = self._queues[label], self._members[label]
        if count > len(queue):
            passes = -(-(count - len(queue)) // len(members))
            fresh = self._rng.permuted(np.tile(members, (passes, 1)), axis=1)
            queue = np.concatenate([queue, fresh.ravel()])
        self._queues[label] = queue[count:]
        return queue[:count]

    def state_dict(self) -> dict[str, Any]:
        """Return everything that the following epochs depend on."""
        queues = [torch.from_numpy(queue.copy()) for queue in self._queues]
        return {"rng": self._rng.bit_generator.state, "queues": queues}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue where `state_dict` was called."""
        self._rng.bit_generator.state = state["rng"]
        self._queues = [queue.numpy() for queue in state["queues"]]


def round_draws(expected: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return whole draws per class, int64 [C], each within one of `expected` and equal to it on average.

    The fractional parts are sampled systematically (Madow 1949), so that the sum of the draws is that of `expected`.
    """
    expected = _snapped(expected)
    whole = np.floor(expected)
    steps = np.floor(_snapped(np.cumsum(expected - whole)) + rng.random())
    return np.asarray(whole + np.diff(steps, prepend=0.0), dtype=np.int64)


def _snapped(values: np.ndarray) -> np.ndarray:
    nearest = np.rint(values)
    return np.where(np.abs(values - nearest) < ROUNDING, nearest, values)


def batch_slices(length: int, batch_size: int, merge_last_below: float) -> list[slice]:
    """Return the consecutive slices of an epoch's batches; a last batch that is too small joins the one before it.

    With a momentum of 0.1, as usual, a last batch of the share s of `batch_size` adds a variance of 0.01 σ²/(s B) to
    running means that otherwise have 0.053 σ²/B (0.1/1.9). At s = 0.25 their standard deviation after an epoch of many
    batches is 1.25 times that of equal batches; with 2 of 256 signals it is 5 times.

    Args:
        length: signals of the epoch.
        batch_size: B.
        merge_last_below: share of `batch_size`; a single last signal always joins, since it has no variance.
    """
    smallest = max(2, merge_last_below * batch_size)
    whole, rest = divmod(length, batch_size)
    starts = [batch_size * number for number in range(max(1, whole + (rest >= smallest)))]
    return [slice(start, stop) for start, stop in zip(starts, [*starts[1:], length], strict=True)]
