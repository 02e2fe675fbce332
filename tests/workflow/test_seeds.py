"""Split and training with seeds of their own, from end to end."""

import json

import pytest


@pytest.fixture
def grid(experiments):
    """One method on two splits, each with two trainings, beside a plain seed."""
    main = experiments["experiments"]["main"] | {"methods": ["ce"], "imbalance_ratios": [2]}
    blocks = {"main": main, "grid": main | {"seeds": {"split": [0, 1], "train": [0, 1]}}}
    return experiments | {"run": list(blocks), "experiments": blocks}


def test_only_pairs_of_the_configuration_can_be_made(project, grid):
    project.configure(grid)
    assert project.planned("results/small/ir2/seed0-1/ce/metrics.json")["make_split"] == 1
    for seed in ("0-0", "0-2", "0-01"):
        refused = project.snakemake("--dry-run", f"results/small/ir2/seed{seed}/ce/metrics.json", check=False)
        assert "MissingRuleException" in refused.stdout


def test_a_pair_has_the_split_of_one_seed_and_the_training_of_the_other(finished_copy, grid):
    root = finished_copy.root / "results" / "small" / "ir2"
    before = (root / "seed0" / "ce" / "stage1" / "model.pt").read_bytes()
    finished_copy.configure(grid)
    assert finished_copy.planned()["stage1"] == 3  # seed 0 is done
    tables = "results/report/tables/statistics.csv", "results/report/grid/tables/tidy.csv"
    finished_copy.snakemake(*tables)
    split, model = "split.npz", "ce/stage1/model.pt"
    assert (root / "seed0" / model).read_bytes() == before
    assert (root / "seed0-1" / split).read_bytes() == (root / "seed0" / split).read_bytes()
    assert (root / "seed1-0" / split).read_bytes() == (root / "seed1" / split).read_bytes()
    models = [(root / f"seed{seed}" / model).read_bytes() for seed in ("0", "0-1", "1-0", "1")]
    assert len(set(models)) == 4
    assert json.loads((root / "seed0-1" / "ce" / "metrics.json").read_text())["seed"] == "0-1"
    statistics, tidy = ((finished_copy.root / path).read_text() for path in tables)
    assert {row.split(",")[2] for row in tidy.splitlines()[1:]} == {"0", "0-1", "1-0", "1"}
    assert "sd_data,sd_training" in statistics
    assert finished_copy.planned(*tables) == {}
