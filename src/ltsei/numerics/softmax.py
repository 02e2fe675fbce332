"""Softmax and its logarithm, in float64."""

import numpy as np


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the softmax of logits [N, C], float64."""
    chances: np.ndarray = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return chances


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Return the logarithm of the softmax of logits [N, C], float64."""
    shifted: np.ndarray = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shifted
