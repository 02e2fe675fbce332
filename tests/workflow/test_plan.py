"""What snakemake plans: the whole matrix, shared work once, stages only where a method has them."""

import pytest
import yaml

RATIOS, SEEDS = 4, 5


def test_the_full_matrix_is_planned_with_shared_work_done_once(project):
    planned = project.planned()
    experiments = yaml.safe_load((project.root / "config" / "experiments.yaml").read_text())
    methods, blocks = experiments["methods"], [experiments["experiments"][name] for name in experiments["run"]]
    cells = {(name, ratio) for block in blocks for name in block["methods"] for ratio in block["imbalance_ratios"]}
    aliases = {name for name, method in methods.items() if not {"stage1", "stage2", "stage3"} & set(method)}
    trained = {cell for cell in cells if "stage1" in methods[cell[0]]}
    assert planned["prepare"] == 1
    assert planned["make_split"] == RATIOS * SEEDS
    assert planned["stage1"] == len(trained) * SEEDS
    assert planned["evaluate"] == len({cell for cell in cells if cell[0] not in aliases}) * SEEDS
    assert planned["features"] == (RATIOS + 1) * SEEDS  # those of `ce`, and of the mixture at one ratio
    assert planned["report"] == 1
    assert planned["block_report"] == len(blocks)


def test_the_slurm_profile_is_found_by_its_name(project, experiments):
    project.configure(experiments)
    assert project.planned("--profile", "slurm") == project.planned()


def test_one_cell_needs_only_its_own_work(project):
    planned = project.planned("results/adsb_synth/ir100/seed0/tau_norm/metrics.json")
    expected = ["prepare", "make_split", "stage1", "features", "stage3", "evaluate"]
    assert planned == dict.fromkeys(sorted(expected), 1) == dict(sorted(planned.items()))


@pytest.mark.parametrize(
    "target",
    [
        "results/adsb_synth/ir100/seed0/crt/stage1/model.pt",
        "results/adsb_synth/ir100.0/seed0/crt/metrics.json",
        "results/adsb_synth/ir100/seed00/crt/metrics.json",
        "results/adsb_synth/ir100/seed0/nobody/metrics.json",
    ],
)
def test_a_target_that_no_method_owns_does_not_exist(project, target):
    assert "MissingRuleException" in project.snakemake("--dry-run", target, check=False).stdout


def test_an_alias_adds_no_job(project, experiments):
    project.configure(experiments)
    before = project.planned()
    experiments["methods"]["second_name"] = {"from": "crt"}
    experiments["experiments"]["main"]["methods"].append("second_name")
    project.configure(experiments)
    assert project.planned() == before


def test_figures_of_a_cell_add_one_job_and_the_features_that_they_show(project, experiments):
    experiments["methods"]["second_name"] = {"from": "crt"}
    experiments["experiments"]["main"]["methods"].append("second_name")
    project.configure(experiments)
    before = project.planned()
    cell = {"dataset": "small", "imbalance_ratio": 2, "seed": 0, "method": "focal"}
    project.configure(experiments | {"figures": {"cells": [cell, cell | {"method": "second_name"}]}})
    assert project.planned() == before | {"cell_figures": 2, "features": before["features"] + 1}
