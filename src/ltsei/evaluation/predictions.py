"""The logits of the test signals and what follows from them, each computed once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ltsei.evaluation.calibration import CalibrationBins, calibration_bins
from ltsei.numerics.confusion import confusion_matrix
from ltsei.numerics.softmax import log_softmax


@dataclass(frozen=True)
class Predictions:
    """Logits [N, C] of N test signals and their labels, int64 [N].

    Raises:
        InputError: when a property is first asked for: no signals, or logits that are not finite.
    """

    logits: np.ndarray
    labels: np.ndarray

    @cached_property
    def confusion(self) -> np.ndarray:
        """Signals of the row's class predicted as the column's, int64 [C, C]."""
        return confusion_matrix(self.logits, self.labels)

    @cached_property
    def test_counts(self) -> np.ndarray:
        """Test signals per class, int64 [C]."""
        return np.asarray(self.confusion.sum(axis=1))

    @cached_property
    def log_probabilities(self) -> np.ndarray:
        """Log-softmax of the logits, float64 [N, C]."""
        return log_softmax(self.logits)

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Softmax of the logits, float64 [N, C]."""
        return np.asarray(np.exp(self.log_probabilities))

    @cached_property
    def correct(self) -> np.ndarray:
        """Whether each prediction is correct, bool [N]."""
        return np.asarray(self.logits.argmax(axis=1) == self.labels)

    @cached_property
    def calibration(self) -> CalibrationBins:
        """Accuracy and confidence in bins."""
        return calibration_bins(np.exp(self.log_probabilities.max(axis=1)), self.correct)
