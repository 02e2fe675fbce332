"""Trained models on disturbed test signals and under shifted priors, from end to end."""

import copy
import csv
import json

import numpy as np
from conftest import EXPERIMENTS

REPORTS = dict.fromkeys(
    ("report", "report_tables", "report_figures", "block_report", "block_tables", "block_figures"), 1
)
CELL = "results/small/ir2/seed0"


def configured(project, **settings):
    experiments = copy.deepcopy(EXPERIMENTS)
    experiments["datasets"]["small"] |= settings
    project.configure(experiments)
    return project.planned()


def test_conditions_are_tested_without_training_and_alone_run_again(finished_copy):
    trained = finished_copy.files("results/**/*.pt") | finished_copy.files("results/**/*.npy")
    levels = {"snr_db": [0.0], "carrier_offset_hz": [1000.0], "sample_rate_error_ppm": [0.0, 50.0]}
    planned = configured(finished_copy, test_conditions=levels, test_priors=["backward-10", "uniform"])
    assert {rule: count for rule, count in planned.items() if rule not in {*REPORTS, "all"}} == {
        "test_conditions": 12,
        "test_priors": 12,
    }
    targets = [f"{CELL}/{method}/test_conditions.csv" for method in ("ce", "crt_tau")]
    finished_copy.snakemake(*targets, f"{CELL}/crt_tau/test_priors.json")
    assert finished_copy.files("results/**/*.pt") | finished_copy.files("results/**/*.npy") == trained
    for method in ("ce", "crt_tau"):
        metrics = json.loads((finished_copy.root / CELL / method / "metrics.json").read_text())
        with (finished_copy.root / CELL / method / "test_conditions.csv").open() as file:
            rows = list(csv.DictReader(file))
        scores = {(row["condition"], row["level"]): float(row["balanced_accuracy"]) for row in rows}
        undisturbed = [(name, "inf" if name == "snr_db" else "0.0") for name in levels]
        assert set(scores) == {
            *undisturbed,
            *(("snr_db", "0.0"), ("carrier_offset_hz", "1000.0"), ("sample_rate_error_ppm", "50.0")),
        }
        assert {scores[each] for each in undisturbed} == {metrics["balanced_accuracy"]}
    priors = json.loads((finished_copy.root / CELL / "crt_tau" / "test_priors.json").read_text())
    np.testing.assert_allclose(priors["uniform"], metrics["balanced_accuracy"], rtol=1e-12)

    fewer = configured(finished_copy, test_conditions={"snr_db": [0.0]}, test_priors=["backward-10", "uniform"])
    assert fewer["test_conditions"] == 12
    assert not any(rule.startswith(("stage", "evaluate", "features")) for rule in fewer)
    assert configured(finished_copy) == {}
