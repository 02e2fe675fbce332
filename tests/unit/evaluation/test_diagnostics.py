"""What evaluation keeps for the figures of a cell."""

import json

import numpy as np
import pytest

from ltsei.evaluation.diagnostics import diagnose

LABELS = np.repeat(np.arange(4), 15)
GROUPS = np.array(["many", "medium", "few", "few"])


@pytest.fixture
def outputs():
    rng = np.random.default_rng(0)
    return {"test": (3 * np.eye(4)[LABELS] + rng.normal(size=(60, 4))).astype(np.float32)}


def test_everything_is_json(outputs):
    found = diagnose(outputs, LABELS, GROUPS)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["mixture"] is None


def test_a_mixture_says_how_it_uses_its_experts(outputs):
    gate = np.tile([0.75, 0.25], (60, 1))
    mixed = outputs | {"gate": gate, "choices": np.zeros((60, 2), dtype=int)}
    found = diagnose(mixed, LABELS, GROUPS)["mixture"]
    assert found["expert_usage"]["few"] == [0.75, 0.25]
    assert found["disagreement"] == 0
