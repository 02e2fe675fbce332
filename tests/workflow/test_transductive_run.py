"""A method that learns from the unlabelled test signals, from end to end."""

import copy
import json
import re

import numpy as np
from conftest import EXPERIMENTS

CELL = "results/small/ir2/seed0"
BRANCHED = {"name": "branched", "backbone": {"name": "convnet_adsb", "width": 0.1, "stem": "strided"}, "branches": 2}
METHODS = {
    "experts": {"stage1": {"backbone": BRANCHED, "head": "experts", "epochs": 1}},
    "weighted": {"from": "experts", "stage3": [{"name": "expert_stability", "epochs": None, "min_weight": 0.1}]},
}


def test_experts_are_weighted_for_the_test_signals_alone_and_cannot_be_exported(finished_copy):
    finished_copy.configure({**EXPERIMENTS, "methods": copy.deepcopy(EXPERIMENTS["methods"]) | METHODS})
    target, place = f"{CELL}/weighted/metrics.json", finished_copy.root / CELL
    planned = ("stage1", "stage3", "stage3_views", "stage3_transductive", "evaluate")
    assert finished_copy.planned(target) == dict.fromkeys(planned, 1)
    finished_copy.snakemake(target)

    views = np.load(place / "weighted/stage3_views/views.npy")
    before, after = (np.load(place / path / "logits_test.npy") for path in ("experts/stage1", "weighted/stage3_test"))
    np.testing.assert_allclose(views[0].mean(axis=0), before, atol=1e-6)
    log = (place / "weighted/logs/stage3_transductive.log").read_text()
    weights = [float(text) for text in re.search(r"expert weights: \[(.*?)\]", log)[1].split()]
    spread = np.abs(views[0][0] - views[0][1]).max()
    np.testing.assert_allclose(after, np.tensordot(weights, views[0], 1), atol=1e-4 * spread)
    validation = [np.load(place / path / "logits_val.npy") for path in ("experts/stage1", "weighted/stage3")]
    assert np.array_equal(*validation)
    recorded = json.loads((place / "weighted/recipe.json").read_text())["fingerprints"]
    assert {"stage3", "stage3_views", "stage3_transductive"} <= set(recorded)

    written = finished_copy.files(f"{CELL}/weighted/stage3_*/*.npy")
    finished_copy.snakemake(target, "--forcerun", "stage3_views")
    assert finished_copy.files(f"{CELL}/weighted/stage3_*/*.npy") == written
    finished_copy.ltsei("export", f"{CELL}/weighted", "--to", "model", "--device", "cpu", status=2)
    assert "expert_stability has learnt from the test signals" in (finished_copy.root / "errors.txt").read_text()
    assert not (finished_copy.root / "model").exists()
