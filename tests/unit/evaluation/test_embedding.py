"""Maps of features."""

import numpy as np

from ltsei.evaluation.embedding import feature_map

LABELS = np.repeat(np.arange(4), 15)


def features():
    return (5 * np.eye(8)[LABELS] + np.random.default_rng(1).normal(size=(60, 8))).astype(np.float16)


def test_the_map_is_reproducible_and_keeps_classes_together():
    sample = np.arange(0, 60, 2)
    first, second = (feature_map(sample, features()[sample], LABELS) for _ in range(2))
    assert first == second
    assert first["labels"] == LABELS[sample].tolist()
    points = np.array([first["x"], first["y"]]).T
    assert np.abs(points).max() == 1000
    distances = np.linalg.norm(points[:, None] - points, axis=-1) + 1e9 * np.eye(len(sample))
    assert np.mean(np.array(first["labels"])[distances.argmin(axis=1)] == first["labels"]) > 0.8


def test_features_that_do_not_vary_have_no_map():
    assert feature_map(np.arange(60), np.ones((60, 8)), LABELS) == {}
