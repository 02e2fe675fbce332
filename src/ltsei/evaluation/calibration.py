"""Calibration: how accuracy compares with confidence in bins of equal width."""

from dataclasses import dataclass

import numpy as np

BINS = 15
"""As in Guo et al., ICML 2017."""


@dataclass(frozen=True)
class CalibrationBins:
    """Signals by the bin of their confidence; empty bins are left out.

    Attributes:
        low, high: limits of the bins, [K].
        count: signals in each bin, int64 [K].
        confidence: mean confidence of each bin, [K].
        accuracy: of each bin, [K].
        gap: sum of correct minus confidence over the signals of each bin, empty ones included.
    """

    low: np.ndarray
    high: np.ndarray
    count: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray
    gap: np.ndarray

    @property
    def expected_error(self) -> float:
        """The expected calibration error, in [0, 1] (ECE: Naeini et al., AAAI 2015; Guo et al., ICML 2017, eq. 3)."""
        return float(np.abs(self.gap).sum() / self.count.sum())


def calibration_bins(confidence: np.ndarray, correct: np.ndarray) -> CalibrationBins:
    """Return the bins of signals with these confidences [N] in (0, 1], whether each is correct, bool [N]."""
    number = np.ceil(confidence * BINS).astype(np.int64).clip(1, BINS)
    used = np.unique(number)
    count = np.bincount(number)[used]
    return CalibrationBins(
        low=(used - 1) / BINS,
        high=used / BINS,
        count=count,
        confidence=np.array([confidence[number == each].mean() for each in used]),
        accuracy=np.array([correct[number == each].mean() for each in used]),
        gap=np.bincount(number, weights=correct - confidence),
    )
