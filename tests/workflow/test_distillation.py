"""Methods that learn from others, from end to end: what runs for them, and what runs again."""

import copy

import numpy as np
import pytest
from conftest import EXPERIMENTS

from ltsei.runtime import checkpoint

CELL = "results/small/ir2/seed0"
METHODS = {
    "student": {"stage1": {"loss": "distillation", "teacher": "crt_tau"}},
    "again": {"from": "ce", "stage2": {"mode": "crt", "loss": "distillation", "teacher": "crt"}},
    "moved": {"from": "ce", "stage2": {"mode": "finetune", "loss": "distillation", "teacher": "student"}},
}
METRICS = [f"{CELL}/{method}/metrics.json" for method in METHODS]
LOGITS = "{}/training_logits/logits_train.npy"
RULES_OF_STUDENTS = {"stage1": 1, "features": 1, "stage2": 1, "stage2_finetune": 1, "evaluate": 3}


def experiments(**changes):
    methods = copy.deepcopy(EXPERIMENTS["methods"]) | METHODS
    methods["crt"]["stage2"] |= changes
    return {**EXPERIMENTS, "methods": methods}


@pytest.fixture
def taught(finished_copy):
    """A finished project in which three students have run."""
    finished_copy.configure(experiments())
    assert finished_copy.planned(*METRICS) == {**RULES_OF_STUDENTS, "training_logits": 3}
    finished_copy.snakemake(*METRICS)
    return finished_copy


def test_students_run_after_their_teachers_and_again_when_these_change(taught):
    assert taught.planned(*METRICS) == {}
    place = taught.root / CELL
    features, logits = (np.load(place / path) for path in ("ce/features/train.npy", LOGITS.format("crt")))
    head = checkpoint.load(place / "crt/stage2/head.pt")["head"]["state"]
    np.testing.assert_allclose(logits, features @ head["weight"].numpy().T + head["bias"].numpy(), rtol=1e-5, atol=1e-5)
    adjusted = np.load(place / LOGITS.format("crt_tau"))
    assert adjusted.shape == logits.shape and not np.allclose(adjusted, logits)

    taught.configure(experiments(lr=0.2))
    assert taught.planned(*METRICS) == {**RULES_OF_STUDENTS, "stage2": 2, "stage3": 1, "training_logits": 3}
    taught.configure(experiments())
    taught.edit("src/ltsei/components/stage3_steps/tau_norm.py", "return ", "_ = 1; return ")
    planned = {"stage3": 1, "training_logits": 1, "stage1": 1, "evaluate": 1}
    assert [taught.planned(path) for path in METRICS[:2]] == [planned, {}]
