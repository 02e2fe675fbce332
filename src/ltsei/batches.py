"""Which signals make up an epoch: draws per class from the sampler, signals by cycling through each class."""

from typing import Any

import numpy as np
import torch

ROUNDING = 1e-6
"""Draws this close to a whole number are that number."""


class ClassCycles:
    """Epoch after epoch of signals.

    Each class is a cycle of reshuffled permutations which goes on across epochs: no signal is drawn twice before every
    other one of its class was drawn once. With as many draws as signals, an epoch is one shuffled pass.
    """

    def __init__(self, labels: np.ndarray, num_classes: int, rng: np.random.Generator) -> None:
        """Cycle through signals with these labels, int64 [N]."""
        self._rng = rng
        self._members = [np.flatnonzero(labels == label) for label in range(num_classes)]
        self._queues = [members[:0] for members in self._members]

    def epoch(self, expected: np.ndarray) -> np.ndarray:
        """Return the shuffled indices of one epoch, int64 [n], for expected draws per class, float64 [C]."""
        counts = round_draws(expected, self._rng)
        drawn = [self._draw(label, count) for label, count in enumerate(counts.tolist())]
        return self._rng.permutation(np.concatenate(drawn))

    def _draw(self, label: int, count: int) -> np.ndarray:
        queue, members = self._queues[label], self._members[label]
        if count > len(queue):
            passes = -(-(count - len(queue)) // len(members))
            fresh = self._rng.permuted(np.tile(members, (passes, 1)), axis=1)
            queue = np.concatenate([queue, fresh.ravel()])
        self._queues[label] = queue[count:]
        return queue[:count]

    def state_dict(self) -> dict[str, Any]:
        """Return what the next epochs depend on."""
        queues = [torch.from_numpy(queue.copy()) for queue in self._queues]
        return {"rng": self._rng.bit_generator.state, "queues": queues}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was called."""
        self._rng.bit_generator.state = state["rng"]
        self._queues = [queue.numpy() for queue in state["queues"]]


def round_draws(expected: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return whole draws per class, int64 [C], each less than one away from `expected` and equal to it on average.

    Systematic sampling of the fractional parts (Madow 1949), so that their sum is that of `expected`.
    """
    expected = _snapped(expected)
    whole = np.floor(expected)
    steps = np.floor(_snapped(np.cumsum(expected - whole)) + rng.random())
    return np.asarray(whole + np.diff(steps, prepend=0.0), dtype=np.int64)


def _snapped(values: np.ndarray) -> np.ndarray:
    nearest = np.rint(values)
    return np.where(np.abs(values - nearest) < ROUNDING, nearest, values)


def batch_slices(length: int, batch_size: int) -> list[slice]:
    """Return consecutive slices of an epoch; a last signal alone joins the batch before it.

    The variance of batch normalisation needs two signals.
    """
    starts = list(range(0, max(length - 1, 1), batch_size))
    return [slice(start, stop) for start, stop in zip(starts, [*starts[1:], length], strict=True)]
