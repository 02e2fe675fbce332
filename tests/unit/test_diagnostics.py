"""What evaluation keeps for the figures of a cell."""

import json

import numpy as np
import pytest

from ltsei.diagnostics import diagnose, feature_map

LABELS = np.repeat(np.arange(4), 15)
GROUPS = np.array(["many", "medium", "few", "few"])


@pytest.fixture
def outputs():
    rng = np.random.default_rng(0)
    return {"test": (3 * np.eye(4)[LABELS] + rng.normal(size=(60, 4))).astype(np.float32)}


def features():
    return (5 * np.eye(8)[LABELS] + np.random.default_rng(1).normal(size=(60, 8))).astype(np.float16)


def test_everything_is_json(outputs):
    found = diagnose(outputs, LABELS, GROUPS)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["mixture"] is None


def test_the_map_is_always_the_same_and_keeps_classes_together():
    sample = np.arange(0, 60, 2)
    first, second = (feature_map(sample, features()[sample], LABELS) for _ in range(2))
    assert first == second
    assert first["labels"] == LABELS[sample].tolist()
    places = np.array([first["x"], first["y"]]).T
    assert np.abs(places).max() == 1000
    distances = np.linalg.norm(places[:, None] - places, axis=-1) + 1e9 * np.eye(len(sample))
    assert np.mean(np.array(first["labels"])[distances.argmin(axis=1)] == first["labels"]) > 0.8


def test_features_that_do_not_vary_have_no_map():
    assert feature_map(np.arange(60), np.ones((60, 8)), LABELS) == {}


def test_a_mixture_says_how_it_uses_its_experts(outputs):
    gate = np.tile([0.75, 0.25], (60, 1))
    mixed = outputs | {"gate": gate, "choices": np.zeros((60, 2), dtype=int)}
    found = diagnose(mixed, LABELS, GROUPS)["mixture"]
    assert found["expert_usage"]["few"] == [0.75, 0.25]
    assert found["disagreement"] == 0
