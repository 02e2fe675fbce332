"""Accuracy under test priors that differ from that of the test part: each class's recall weighted by the prior."""

from collections.abc import Sequence

import numpy as np

from ltsei.evaluation.predictions import Predictions
from ltsei.numerics import shifted_priors


def accuracies(
    logits: np.ndarray, labels: np.ndarray, class_counts: np.ndarray, priors: Sequence[str]
) -> dict[str, float]:
    """Return prior -> accuracy, the expectation over test signals whose classes are drawn with this prior.

    The expectation is exact: nothing is drawn. Under ``uniform`` it is the balanced accuracy. Classes without test
    signals count under no prior; the others share their probability.

    Deviation: SADE (Zhang et al., NeurIPS 2022) removes test signals until their numbers follow the prior; we weight.

    Args:
        logits: of the test signals, [N, C].
        labels: int64 [N].
        class_counts: training signals per class, [C].
        priors: as in `numerics.shifted_priors.parse`.
    """
    predictions = Predictions(logits, labels)
    present = predictions.test_counts > 0
    recall = np.diag(predictions.confusion)[present] / predictions.test_counts[present]
    weights = {text: shifted_priors.prior(text, class_counts)[present] for text in priors}
    return {text: float(np.average(recall, weights=each)) for text, each in weights.items()}
