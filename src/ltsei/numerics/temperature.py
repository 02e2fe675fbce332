"""The temperature that makes logits fit labels best."""

import math

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

LIMIT = math.log(100)
"""Chosen temperatures lie between 1/100 and 100: perfectly classified signals would ask for 0."""


def best_temperature(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return the T of least mean log-loss of logits / T, which is convex in 1/T.

    Args:
        logits: [N, C].
        labels: int64 [N].
        weights: of the signals in the mean, [N]; None: all the same.
    """
    own = logits[np.arange(len(labels)), labels]

    def loss(log_temperature: float) -> float:
        slope = math.exp(-log_temperature)
        return float(np.average(logsumexp(slope * logits, axis=1) - slope * own, weights=weights))

    best = minimize_scalar(loss, bounds=(-LIMIT, LIMIT), method="bounded", options={"xatol": 1e-8})
    return math.exp(float(best.x))
