"""A data set with unknown classes from end to end: these are in no part, and every method is scored against them."""

import json

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from ltsei.evaluation.rejection import SCORES

DATASET = "results/held"
CELL = f"{DATASET}/ir2/seed0"
METHODS = ["ce", "crt", "la_posthoc"]
UNKNOWN = ["emitter-002"]


@pytest.fixture
def run(finished_copy, experiments):
    """A finished run of a few methods on the small data set without one of its classes."""
    experiments["datasets"]["held"] = {"from": "small", "unknown_classes": UNKNOWN}
    experiments["experiments"]["main"] |= {"datasets": ["held"], "methods": METHODS, "imbalance_ratios": [2]}
    finished_copy.configure(experiments)
    targets = [f"{CELL}/{method}/open_set/open_set.json" for method in METHODS]
    finished_copy.snakemake(*targets, f"{CELL}/ce/metrics.json", "results/report/report.html")
    return finished_copy.root


def test_unknown_classes_take_no_part_and_their_test_signals_are_scored_by_every_method(run):
    meta, small = (json.loads((run / name / "signals/meta.json").read_text()) for name in (DATASET, "results/small"))
    assert meta["class_names"] == [name for name in small["class_names"] if name not in UNKNOWN]
    check_signals(run, small["class_names"].index(UNKNOWN[0]))
    labels = np.load(run / DATASET / "signals/labels_test.npy")
    for method in METHODS:
        check_metrics(run, run / CELL / method, labels)
    rows = (run / CELL / "ce/per_class.csv").read_text().splitlines()
    assert len(rows) == 1 + len(meta["class_names"])
    assert UNKNOWN[0] not in "".join(rows)
    page = (run / "results/report/report.html").read_text()
    assert "unknown classes, in no part above: 1 (emitter-002)" in page
    assert "Unknown classes, held (oracle), ratio 2" in page


def check_signals(run, unknown):
    """Each stored signal is the one of its class in the whole data set, under its new label."""
    for part in ("train", "test"):
        whole, known = (np.load(run / name / f"signals/{part}.npy") for name in ("results/small", DATASET))
        labels, new = (np.load(run / name / f"signals/labels_{part}.npy") for name in ("results/small", DATASET))
        np.testing.assert_array_equal(known, whole[labels != unknown])
        np.testing.assert_array_equal(new, labels[labels != unknown] - (labels[labels != unknown] > unknown))
    np.testing.assert_array_equal(np.load(run / DATASET / "unknown/signals.npy"), whole[labels == unknown])


def check_metrics(run, cell, labels):
    """The metrics of a cell follow from its test logits and those of unknown signals."""
    made = json.loads((cell / "open_set/open_set.json").read_text())
    assert (made["unknown_classes"], made["unknown_signals"], made["known_signals"]) == (UNKNOWN, 6, 18)
    assert set(made["scores"]) == set(SCORES)
    last = {"ce": "stage1", "crt": "stage2", "la_posthoc": "stage3_test"}[cell.name]
    known, unknown = np.load(cell / last / "logits_test.npy"), np.load(cell / "open_set/logits_unknown.npy")
    assert known.shape == (18, 3)
    assert unknown.shape == (6, 3)
    truth, largest = np.repeat([1, 0], [18, 6]), np.concatenate([known, unknown]).max(axis=1)
    assert made["scores"]["max_logit"]["auroc"] == pytest.approx(roc_auc_score(truth, largest))
    correct = known.argmax(axis=1) == labels
    wins = largest[:18, None] > largest[None, 18:]
    assert made["scores"]["max_logit"]["oscr"] == pytest.approx((wins * correct[:, None]).mean())
