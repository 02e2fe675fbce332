"""Where a message may begin: the four pulses of the preamble in the envelope of a recording, at any rate.

A position is a time in samples, and may lie between two of them: the envelope is integrated between fractional
bounds, a sample that a bound divides being shared in proportion.
"""

import math

import numpy as np

from ltsei.data.adsb.mode_s import PREAMBLE_SLOTS, SLOT_S
from ltsei.data.captures.usable import IMPLAUSIBLE

STEP_SLOTS = 0.125
"""Distance of the positions that are tried, in slots of 0.5 µs; whole samples where these are closer."""
CONTRAST = 1.6
"""The mean pulse exceeds the mean gap of the preamble by this factor."""
SLOTS = 16
"""Duration of a preamble in slots."""


class Envelope:
    """The envelope of some samples, to be integrated between any two positions."""

    def __init__(self, signals: np.ndarray, sample_rate_hz: float) -> None:
        """Take I and Q, [n, 2], of which the last 120 µs serve messages that begin before them."""
        self.slot = sample_rate_hz * SLOT_S
        with np.errstate(invalid="ignore"):  # what is not a number is left out below
            values = np.hypot(signals[:, 0].astype(np.float64), signals[:, 1])
        self.values = np.where(values < IMPLAUSIBLE, values, 0.0)  # one NaN would spoil all integrals after it
        self.total = np.concatenate([[0.0], np.cumsum(self.values)])

    @property
    def step(self) -> float:
        """Distance of the positions that are tried, in samples."""
        wanted = STEP_SLOTS * self.slot
        return float(math.floor(wanted)) if wanted >= 1 else 1 / math.ceil(1 / wanted)

    def slots(self, start: np.ndarray, first: int, last: int) -> np.ndarray:
        """Return the integral over the slots ``first:last`` of messages that begin at `start`, [n, last - first]."""
        bounds = np.asarray(start)[:, None] + np.arange(first, last + 1) * self.slot + 0.5
        whole = np.clip(bounds.astype(np.int64), 0, len(self.values) - 1)
        shares = np.clip(bounds - whole, 0.0, 1.0)
        integrals: np.ndarray = np.diff(self.total[whole] + shares * self.values[whole], axis=1)
        return integrals

    def preambles(self, count: int) -> np.ndarray:
        """Return the positions from 0 to before `count` that may begin a message, ascending, in samples, float64."""
        stride = max(1, round(self.step))
        offsets = np.arange(0, 1, min(1.0, self.step))
        starts = [np.flatnonzero(self._is_preamble(offset, count, stride)) * stride + offset for offset in offsets]
        return np.sort(np.concatenate(starts))

    def _is_preamble(self, offset: float, count: int, stride: int) -> np.ndarray:
        """Return for the positions offset, offset + stride, ... whether they may begin a message.

        The integral over all gaps is that over the preamble without the pulses.
        """
        bounds = {
            slot: self._integral_up_to(offset + slot * self.slot + 0.5, count, stride)
            for slot in {0, SLOTS, *PREAMBLE_SLOTS, *(pulse + 1 for pulse in PREAMBLE_SLOTS)}
        }
        pulses = [bounds[pulse + 1] - bounds[pulse] for pulse in PREAMBLE_SLOTS]
        total = sum(pulses[1:], pulses[0])
        gap = (bounds[SLOTS] - bounds[0] - total) / (SLOTS - len(pulses))
        passed: np.ndarray = total > len(pulses) * CONTRAST * gap
        for pulse in pulses:
            passed &= pulse > gap
        return passed

    def _integral_up_to(self, bound: float, count: int, stride: int) -> np.ndarray:
        whole = int(bound)
        window = slice(whole, whole + count, stride)
        integral: np.ndarray = self.total[window] + (bound - whole) * self.values[window]
        return integral
