"""A method that learns from unlabelled signals, from end to end: what runs for it, and what runs again."""

import copy
import json

import numpy as np
from conftest import EXPERIMENTS

CELL = "results/small/ir2/seed0"
METRICS = [f"{CELL}/{method}/metrics.json" for method in ("ce", "learner")]
LEARNER = {
    "stage1": {
        "loss": {"name": "debiased_pseudo_label", "threshold": 0.2},
        "unlabelled_ratio": 2,
        "augmentations": ["phase_rotation"],
        "strong_augmentations": ["mask"],
    }
}


def experiments(per_class=5):
    changed = copy.deepcopy(EXPERIMENTS)
    changed["methods"]["learner"] = LEARNER
    changed["experiments"]["main"]["methods"].append("learner")
    changed["datasets"]["small"]["unlabelled"] = {"name": "synthetic_adsb", "per_class": per_class}
    return changed


def test_adding_or_changing_unlabelled_signals_runs_the_methods_that_use_them_and_no_others(finished_copy):
    project = finished_copy
    before = project.files("results/small/signals/*")
    project.configure(experiments())
    runs = {"prepare_unlabelled": 1, "stage1": 1, "evaluate": 1}
    assert project.planned(*METRICS) == runs
    project.snakemake(*METRICS)
    assert project.planned(*METRICS) == {}
    assert project.files("results/small/signals/*") == before
    place = project.root / "results/small/unlabelled"
    assert np.load(place / "signals.npy").shape == (20, 1200, 2)
    recorded = json.loads((project.root / CELL / "learner/recipe.json").read_text())["fingerprints"]
    assert (
        recorded["prepare_unlabelled"]
        == json.loads((place / "recipe.json").read_text())["fingerprints"]["prepare_unlabelled"]
    )
    assert "train_unlabelled" in (project.root / CELL / "learner/stage1/history.csv").read_text().splitlines()[0]

    project.configure(experiments(per_class=6))
    assert project.planned(*METRICS) == runs
