"""Scores by which signals of unknown emitters are rejected: the higher, the more like a known class.

Each score is fitted on training signals, where it needs any, and has its threshold from validation signals of known
classes alone; no unknown signal is seen before it is rejected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

TAIL = 20
"""The largest distances of a class to which OpenMax fits its Weibull distribution (Bendale & Boult 2016, section 4)."""
FEWEST = 5
"""A class with fewer correctly classified training signals has the Weibull distribution of all classes."""
TOP = 10
"""Classes whose activations OpenMax revises, at most (Bendale & Boult 2016, section 4)."""


class Score(Protocol):
    """A fitted score; its fields are arrays."""

    @classmethod
    def fit(cls, features: np.ndarray, logits: np.ndarray, labels: np.ndarray) -> Self:
        """Return the score fitted on training signals: features [N, D], logits [N, C], labels int64 [N]."""

    def of(self, features: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Return the score of each signal, float64 [N]."""


class _WithoutTraining:
    """A score that is a function of the logits."""

    @classmethod
    def fit(cls, features: np.ndarray, logits: np.ndarray, labels: np.ndarray) -> Self:
        """Return the score; nothing is fitted."""
        return cls()


@dataclass(frozen=True)
class MaxLogit(_WithoutTraining):
    """The largest logit (Hendrycks et al., ICML 2022; Vaze et al., ICLR 2022)."""

    def of(self, features: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Return the largest logit of each signal."""
        return np.asarray(logits.max(axis=1), dtype=np.float64)


@dataclass(frozen=True)
class MaxProbability(_WithoutTraining):
    """The largest softmax probability (Hendrycks & Gimpel, ICLR 2017)."""

    def of(self, features: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Return the largest probability of each signal, that of the softmax without a temperature."""
        logits = logits.astype(np.float64)
        return np.asarray(np.exp(logits.max(axis=1) - _log_sum_exp(logits)))


@dataclass(frozen=True)
class Energy(_WithoutTraining):
    """Minus the free energy, log Σ exp z_c (Liu et al., NeurIPS 2020, eq. 4 with T = 1)."""

    def of(self, features: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Return the log-sum-exp of the logits of each signal."""
        return _log_sum_exp(logits.astype(np.float64))


@dataclass(frozen=True)
class Mahalanobis:
    """Minus the squared Mahalanobis distance to the nearest class mean (Lee et al., NeurIPS 2018, eq. 2).

    Attributes:
        means: of the training features of each class, [C, D].
        precision: pseudo-inverse of the covariance within classes, which all share, [D, D].
    """

    means: np.ndarray
    precision: np.ndarray

    @classmethod
    def fit(cls, features: np.ndarray, logits: np.ndarray, labels: np.ndarray) -> Self:
        """Return means and shared covariance of the training features; every class has a signal."""
        members = np.eye(logits.shape[1])[labels]
        means = members.T @ features.astype(np.float64) / members.sum(axis=0)[:, None]
        centred = features - means[labels]
        return cls(means, np.linalg.pinv(centred.T @ centred / len(labels), hermitian=True))

    def of(self, features: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Return minus the distance of each signal to the nearest mean."""
        projected = features @ self.precision
        own = np.einsum("nd,nd->n", projected, features)[:, None]
        of_means = np.einsum("cd,cd->c", self.means @ self.precision, self.means)
        return np.asarray(-(own - 2 * projected @ self.means.T + of_means).min(axis=1))


@dataclass(frozen=True)
class OpenMax:
    """The probability that a signal is of a known class (OpenMax: Bendale & Boult, CVPR 2016, algorithms 1 and 2).

    Distances are Euclidean, between logits and their mean over the correctly classified training signals of a class.
    As in libMR, a Weibull distribution is fitted to the largest ones, moved so that the least of them is 1. A class
    revises its logit by 1 - ω with ω = (α + 1 - rank) / α times the distribution at the distance.

    Deviation: classes with fewer than `FEWEST` correctly classified training signals, which the paper does not have,
    share one distribution fitted to all classes.

    Attributes:
        means: [C, C].
        shape: of the Weibull distributions, [C].
        scale: likewise, [C].
        least: the least distance of each fit, [C].
    """

    means: np.ndarray
    shape: np.ndarray
    scale: np.ndarray
    least: np.ndarray

    @classmethod
    def fit(cls, features: np.ndarray, logits: np.ndarray, labels: np.ndarray) -> Self:
        """Return mean logits and Weibull distributions of all classes."""
        logits, classes = logits.astype(np.float64), range(logits.shape[1])
        correct = logits.argmax(axis=1) == labels
        # A class of which no signal is correctly classified has the mean of all of its signals.
        chosen = [(labels == label) & (correct if correct[labels == label].any() else True) for label in classes]
        means = np.stack([logits[members].mean(axis=0) for members in chosen])
        distances = [np.linalg.norm(logits[chosen[label]] - means[label], axis=1) for label in classes]
        shared = _weibull(np.concatenate(distances))
        fits = [_weibull(each) if len(each) >= FEWEST else shared for each in distances]
        return cls(means, *np.array(fits).T)

    def of(self, features: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Return 1 minus the probability of the unknown class."""
        logits = logits.astype(np.float64)
        top = min(TOP, logits.shape[1])
        rank = np.argsort(np.argsort(-logits, axis=1, kind="stable"), axis=1)
        strength = np.maximum(top - rank, 0) / top
        squares = np.square(logits).sum(axis=1)[:, None] + np.square(self.means).sum(axis=1)
        distances = np.sqrt(np.maximum(squares - 2 * logits @ self.means.T, 0.0))
        moved = np.maximum(distances + 1 - self.least, 0.0)
        weight = strength * -np.expm1(-((moved / self.scale) ** self.shape))
        unknown = (logits * weight).sum(axis=1, keepdims=True)
        revised = np.concatenate([logits * (1 - weight), unknown], axis=1)
        return np.asarray(-np.expm1(unknown[:, 0] - _log_sum_exp(revised)))


SCORES: Mapping[str, type[Score]] = {
    "max_logit": MaxLogit,
    "max_probability": MaxProbability,
    "energy": Energy,
    "mahalanobis": Mahalanobis,
    "openmax": OpenMax,
}
"""The scores by name."""
OF_TRAINING = ("mahalanobis", "openmax")
"""Those fitted on training signals."""


def threshold(scores: np.ndarray, keep: float) -> float:
    """Return the highest threshold at or above which lies at least this share of the validation signals' scores [N]."""
    spare = int((1 - keep) * len(scores) + 1e-9)
    return float(np.sort(scores)[spare])


def _log_sum_exp(values: np.ndarray) -> np.ndarray:
    """Return log Σ exp of each row, [N]."""
    largest = values.max(axis=1)
    return np.asarray(largest + np.log(np.exp(values - largest[:, None]).sum(axis=1)))


def _weibull(distances: np.ndarray) -> tuple[float, float, float]:
    """Return shape and scale of the Weibull distribution of the largest distances, and the least of these.

    The maximum-likelihood shape k solves Σ x^k log x / Σ x^k - 1/k = mean log x, whose left side rises in k.
    """
    from scipy.optimize import brentq  # here, since the command line imports the names of the scores

    tail = np.sort(distances)[-TAIL:]
    logs = np.log(tail - tail[0] + 1)
    if logs[-1] < 1e-9:  # all are the same: a step
        return 1e3, 1.0, float(tail[0])

    def excess(shape: float) -> float:
        powers = np.exp(shape * (logs - logs[-1]))
        return float((powers * logs).sum() / powers.sum() - 1 / shape - logs.mean())

    shape = float(brentq(excess, 1e-3, 1e9))
    scale = float(np.exp(logs[-1] + np.log(np.exp(shape * (logs - logs[-1])).mean()) / shape))
    return shape, scale, float(tail[0])
