"""What an evaluation stores for the charts of a cell."""

import json

import numpy as np
import pytest

from ltsei.evaluation.diagnostics import diagnose
from ltsei.evaluation.predictions import Predictions

LABELS = np.repeat(np.arange(4), 15)
GROUPS = np.array(["many", "medium", "few", "few"])


@pytest.fixture
def predictions():
    rng = np.random.default_rng(0)
    return Predictions((3 * np.eye(4)[LABELS] + rng.normal(size=(60, 4))).astype(np.float32), LABELS)


def test_everything_is_json(predictions):
    content = diagnose(predictions, GROUPS, None)
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert content["experts"] is None


def test_a_mixture_reports_how_it_uses_its_experts(predictions):
    experts = {"gate": np.tile([0.75, 0.25], (60, 1)), "choices": np.zeros((60, 2), dtype=int)}
    usage = diagnose(predictions, GROUPS, experts)["experts"]
    assert usage["expert_usage"]["few"] == [0.75, 0.25]
    assert usage["disagreement"] == 0


def test_a_head_without_experts_has_no_expert_usage(predictions):
    experts = {"gate": np.zeros((60, 0)), "choices": np.zeros((60, 0), dtype=int)}
    assert diagnose(predictions, GROUPS, experts)["experts"] is None


def test_the_calibration_chart_and_the_calibration_error_use_the_same_bins(predictions):
    bins, rows = predictions.calibration, diagnose(predictions, GROUPS, None)["calibration"]
    gaps = [count * abs(row["accuracy"] - row["confidence"]) for count, row in zip(bins.count, rows, strict=True)]
    assert sum(gaps) / len(LABELS) == pytest.approx(bins.expected_error)
