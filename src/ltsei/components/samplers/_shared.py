"""What a sampler is, and draws by a power of the class counts."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ltsei.core.context import Context


@dataclass(frozen=True)
class Sampler:
    """How often each class is drawn, which of its signals, and in which order.

    Attributes:
        draws: progress in [0, 1] -> expected draws per class in one epoch, float64 [C].
        pool: signals of each class that are drawn at all, chosen once, int64 [C]; None: all of them.
        consecutive: the classes take turns with this many draws each; None: the draws of an epoch are shuffled.
    """

    draws: Callable[[float], np.ndarray]
    pool: np.ndarray | None = None
    consecutive: int | None = None

    def __call__(self, progress: float) -> np.ndarray:
        """Return the expected draws per class in the epoch at `progress`, float64 [C]."""
        return self.draws(progress)


def power_draws(context: Context, exponent: float) -> np.ndarray:
    """Return N n_c^exponent / Σ n^exponent, the draws per class in an epoch of N signals, float64 [C].

    The exponent 1 gives n_c exactly. `exponent` is q in Kang et al., ICLR 2020, eq. 1.
    """
    counts = context.class_counts.astype(np.float64)
    powers = counts**exponent
    return np.asarray(counts.sum() * powers / powers.sum())
