"""Losses and weights that are not finite."""

from collections.abc import Callable

import numpy as np

from ltsei.core.errors import FinalError


class DivergedError(FinalError):
    """A loss or a weight is not finite."""


def check_finite(losses: np.ndarray, norm: float, epoch: str, lr: Callable[[int], float]) -> None:
    """Raise DivergedError where training diverged in an epoch.

    Args:
        losses: of the epoch's batches.
        norm: of all weights at its end.
        epoch: names it.
        lr: batch, counted from 0 -> learning rate.
    """
    bad, batches = np.flatnonzero(~np.isfinite(losses)), len(losses)
    if len(bad) or not np.isfinite(norm):
        batch = int(bad[0]) if len(bad) else batches - 1
        what = f"the loss is {losses[batch]}" if len(bad) else "a weight is not finite"
        raise DivergedError(
            f"training diverged: {what} in {epoch}, batch {batch + 1} of {batches}, learning rate {lr(batch):g}; lower "
            "lr, raise warmup_epochs or set gradient_clip"
        )
