"""A data set on the prepared signals of another: prepared once, results of its own."""

import json

import pytest

SAME = "results/same/ir2/seed0/ce"


@pytest.fixture
def derived(experiments):
    """Two methods at one ratio on a data set, on one derived from it with the same split, and on one with another."""
    split = {"validation": {"protocol": "balanced", "per_class": 2}}
    experiments["datasets"] |= {"same": {"from": "small"}, "other": {"from": "same", "split": split}}
    experiments["experiments"]["main"] |= {"methods": ["ce", "crt"], "imbalance_ratios": [2]}
    return experiments


def on(experiments, *datasets):
    """Return the experiments with these data sets in their block."""
    block = experiments["experiments"]["main"] | {"datasets": list(datasets)}
    return experiments | {"experiments": {"main": block}}


def test_signals_are_prepared_once_for_all_data_sets_that_use_them(project, derived):
    project.configure(on(derived, "small", "same", "other"))
    planned = project.planned()
    assert planned["prepare"] == planned["examples"] == 1
    assert planned["make_split"] == planned["stage1"] == 3
    project.configure(on(derived, "other"))
    assert project.planned("results/other/ir2/seed0/ce/metrics.json") == {
        rule: 1 for rule in ("prepare", "make_split", "stage1", "evaluate")
    }
    refused = project.snakemake("--dry-run", "results/other/signals/meta.json", check=False)
    assert "MissingRuleException" in refused.stdout


def test_a_derived_data_set_adds_only_its_own_results_and_the_same_split_gives_the_same_bytes(finished_copy, derived):
    derived["experiments"]["main"]["methods"] = ["ce"]
    finished_copy.configure(on(derived, "small", "same"))
    targets = f"{SAME}/metrics.json", "results/report/tables/REPORT.md"
    finished_copy.snakemake(*targets)
    assert not (finished_copy.root / "results" / "same" / "signals").exists()
    for name in ("stage1/model.pt", "stage1/logits_test.npy", "per_class.csv"):
        own, origin = (finished_copy.root / path / name for path in (SAME, SAME.replace("same", "small")))
        assert own.read_bytes() == origin.read_bytes()
    page = (finished_copy.root / "results/report/tables/REPORT.md").read_text()
    assert "same: the signals of small, test part included" in page
    metrics = json.loads((finished_copy.root / SAME / "metrics.json").read_text())
    assert metrics["dataset"] == "same"
    for name in ("labels_train.npy", "train.npy"):
        (finished_copy.root / "results/small/signals" / name).touch()
    assert finished_copy.planned(*targets) == {}
