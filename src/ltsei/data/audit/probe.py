"""A simple classifier on a few features: its balanced accuracy on the test part, an interval, and chance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ltsei.numerics import seeds

RESAMPLES = 1000
TREES = 100
LEAF = 2
Classifier = Literal["forest", "logistic"]


@dataclass(frozen=True)
class Score:
    """What a classifier reaches.

    Attributes:
        accuracy: balanced accuracy on the test signals.
        low: lower end of its 95 % interval, from resampled test signals.
        high: upper end.
        chance: one over the classes of the test signals.
        p: chance of this accuracy or more where labels have nothing to do with the features, from shuffled labels.
    """

    accuracy: float
    low: float
    high: float
    chance: float
    p: float


def classify(
    train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], classifier: Classifier
) -> Score | None:
    """Return the score of a class-balanced classifier; None where the training features are all the same.

    Args:
        train: features [n, features] and labels [n].
        test: likewise.
        classifier: random ``forest``, or ``logistic`` regression for bits and categories.
    """
    features, labels = train
    if np.ptp(features, axis=0).max(initial=0.0) == 0 or len(np.unique(labels)) == 1:
        return None
    model = _FITTED[classifier](features, labels)
    return score(np.asarray(model.predict(test[0])), test[1])


def score(predictions: np.ndarray, labels: np.ndarray) -> Score:
    """Return the score of predictions; -1 stands for none."""
    rng = seeds.generator(0, "audit interval")
    classes, positions, counts = np.unique(labels, return_inverse=True, return_counts=True)
    correct = predictions == labels
    accuracy = _balanced(correct.astype(float), positions, counts)
    draws = rng.multinomial(len(labels), np.full(len(labels), 1 / len(labels)), RESAMPLES)
    low, high = np.quantile([_resampled(correct, positions, weights) for weights in draws], [0.025, 0.975])
    shuffled = [_shuffled(predictions, labels, positions, counts, rng) for _ in range(RESAMPLES)]
    few = 3 / len(labels)  # the rule of three, where no signal or every signal was recognised
    return Score(
        accuracy=accuracy,
        low=float(min(low, 1 - few)) if accuracy == 1 else float(low),
        high=float(max(high, few)) if accuracy == 0 else float(high),
        chance=1 / len(classes),
        p=(1 + int(np.sum(np.array(shuffled) >= accuracy - 1e-12))) / (1 + RESAMPLES),
    )


def one_hot(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return a column for each known value, float64 [n, known]; a value that is not known has zeros."""
    columns: np.ndarray = (values[:, None] == known[None]).astype(np.float64)
    return columns


def _balanced(correct: np.ndarray, positions: np.ndarray, counts: np.ndarray) -> float:
    return float(np.mean(np.bincount(positions, correct, len(counts)) / counts))


def _resampled(correct: np.ndarray, positions: np.ndarray, weights: np.ndarray) -> float:
    """Return the balanced accuracy over the classes that a resample holds."""
    counts = np.bincount(positions, weights)
    return float(np.mean(np.bincount(positions, weights * correct)[counts > 0] / counts[counts > 0]))


def _shuffled(
    predictions: np.ndarray, labels: np.ndarray, positions: np.ndarray, counts: np.ndarray, rng: np.random.Generator
) -> float:
    order = rng.permutation(len(labels))
    return _balanced((predictions == labels[order]).astype(float), positions[order], counts)


def _forest(features: np.ndarray, labels: np.ndarray) -> Any:
    from sklearn.ensemble import RandomForestClassifier  # here, because the import takes a second

    model = RandomForestClassifier(TREES, min_samples_leaf=LEAF, class_weight="balanced", random_state=0)
    return model.fit(features, labels)


def _logistic(features: np.ndarray, labels: np.ndarray) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(class_weight="balanced", max_iter=200).fit(features, labels)


_FITTED: Mapping[Classifier, Callable[[np.ndarray, np.ndarray], Any]] = {"forest": _forest, "logistic": _logistic}
