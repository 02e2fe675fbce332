"""What snakemake plans: the whole matrix, shared work once, stages only where a method has them."""

import pytest
import yaml


def keeps_backbone(stage2):
    """Whether a method has a stage 2 that works on features."""
    return stage2 is not None and not {"bn", "signals"} & set(stage2) and "finetune" not in str(stage2["mode"])


def owner_of_stage1(methods, name):
    return name if "stage1" in methods[name] else owner_of_stage1(methods, methods[name]["from"])


def test_the_full_matrix_is_planned_with_shared_work_done_once(project):
    experiments = yaml.safe_load((project.root / "config" / "experiments.yaml").read_text())
    methods, names = experiments["methods"], experiments["run"]
    blocks = [experiments["experiments"][name] | {"seeds": [0]} for name in names]
    overlay = {"experiments": {name: {"seeds": [0]} for name in names}}
    (project.root / "one_seed.yaml").write_text(yaml.safe_dump(overlay))
    planned = project.planned("--configfile", "one_seed.yaml")
    cells = {(name, ratio) for block in blocks for name in block["methods"] for ratio in block["imbalance_ratios"]}
    aliases = {name for name, method in methods.items() if not {"stage1", "stage2", "stage3"} & set(method)}
    trained = {cell for cell in cells if "stage1" in methods[cell[0]]}
    ratios = {ratio for _, ratio in cells}
    assert planned["prepare"] == 1
    assert planned["make_split"] == len(ratios) == 4
    assert planned["stage1"] == len(trained)
    assert planned["evaluate"] == len({cell for cell in cells if cell[0] not in aliases})
    on_features = {cell for cell in cells if keeps_backbone(methods[cell[0]].get("stage2"))}
    assert planned["features"] == len({(owner_of_stage1(methods, name), ratio) for name, ratio in on_features})
    assert planned["report"] == 1
    assert planned["block_report"] == len(blocks)


def test_the_slurm_profile_is_found_by_its_name(project, experiments, small_plan):
    project.configure(experiments)
    assert project.planned("--profile", "slurm") == small_plan


def test_one_cell_needs_only_its_own_work(project, experiments):
    project.configure(experiments)
    planned = project.planned("results/small/ir2/seed0/tau_norm/metrics.json")
    expected = ["prepare", "make_split", "stage1", "features", "stage3", "stage3_test", "evaluate"]
    assert planned == dict.fromkeys(sorted(expected), 1) == dict(sorted(planned.items()))


@pytest.mark.parametrize(
    "target",
    [
        "results/small/ir2/seed0/crt/stage1/model.pt",
        "results/small/ir2.0/seed0/crt/metrics.json",
        "results/small/ir2/seed00/crt/metrics.json",
        "results/small/ir2/seed0/nobody/metrics.json",
    ],
)
def test_a_target_that_no_method_owns_does_not_exist(project, experiments, target):
    project.configure(experiments)
    assert "MissingRuleException" in project.snakemake("--dry-run", target, check=False).stdout


@pytest.fixture
def second_name(project, experiments):
    """Experiments in which crt has a second name."""
    experiments["methods"]["second_name"] = {"from": "crt"}
    experiments["experiments"]["main"]["methods"].append("second_name")
    return experiments


def test_an_alias_adds_no_job(project, second_name, small_plan):
    project.configure(second_name)
    assert project.planned() == small_plan


def test_figures_of_a_cell_add_one_job_and_the_features_that_they_show(project, second_name, small_plan):
    cell = {"dataset": "small", "imbalance_ratio": 2, "seed": 0, "method": "focal"}
    project.configure(second_name | {"figures": {"cells": [cell, cell | {"method": "second_name"}]}})
    assert project.planned() == small_plan | {"cell_figures": 2, "features": small_plan["features"] + 1}
