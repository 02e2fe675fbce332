"""Which method owns a stage, what the recipe of a stage is, and what a cell depends on."""

import pytest
from conftest import SCRIPTS

from ltsei.config.layers import merged
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Cell
from ltsei.pipeline.ratios import ratio_text, ratio_value


def expected(experiments, method):
    return load_matrix(experiments, SCRIPTS).expected(Cell("small", "2", 0, method))


@pytest.fixture
def matrix(experiments):
    return load_matrix(experiments, SCRIPTS)


@pytest.mark.parametrize(
    ("method", "owners"),
    [
        ("ce", ("ce", None, None)),
        ("crt", ("ce", "crt", None)),
        ("tau_norm", ("ce", None, "tau_norm")),
        ("crt_tau", ("ce", "crt", "crt_tau")),
    ],
)
def test_from_reuses_everything_before_the_first_stage_of_the_method_itself(matrix, method, owners):
    assert tuple(matrix.owner(method, stage) for stage in ("stage1", "stage2", "stage3")) == owners


def test_a_method_with_its_own_stage_2_drops_stage_3_of_its_parent(experiments):
    experiments["methods"]["again"] = {"from": "crt_tau", "stage2": {"mode": "crt", "lr": 0.2}}
    matrix = load_matrix(experiments, SCRIPTS)
    assert matrix.owner("again", "stage3") is None
    assert matrix.last_stage("again") == "stage2"


def test_an_alias_has_the_results_of_the_method_it_names(experiments):
    experiments["methods"]["inverse"] = {"from": "crt"}
    matrix = load_matrix(experiments, SCRIPTS)
    assert matrix.canonical("inverse") == "crt"
    assert "inverse" not in matrix.canonical_methods()


def test_features_are_stored_only_for_owners_whose_features_are_read(experiments):
    assert load_matrix(experiments, SCRIPTS).rule_owners("features") == ["ce"]
    experiments["methods"] = {"ce": {"stage1": {}}, "la": {"from": "ce", "stage3": ["logit_adjustment"]}}
    experiments["experiments"]["main"]["methods"] = ["ce", "la"]
    assert load_matrix(experiments, SCRIPTS).rule_owners("features") == []


def test_stage_two_inherits_the_head_of_stage_one(experiments):
    experiments["methods"]["ce"]["stage1"] = {"head": {"name": "linear", "bias": False}}
    matrix = load_matrix(experiments, SCRIPTS)
    assert matrix.recipe("stage2", "small", "crt").settings.head["bias"] is False


def test_settings_of_a_data_set_override_defaults_and_yield_to_the_method(experiments):
    experiments["datasets"]["small"]["defaults"] = {"stage1": {"epochs": 7, "lr": 0.3}}
    experiments["methods"]["focal"]["stage1"]["lr"] = 0.4
    settings = load_matrix(experiments, SCRIPTS).recipe("stage1", "small", "focal").settings
    assert (settings.epochs, settings.lr) == (7, 0.4)


def test_a_mapping_with_a_name_replaces_a_component_and_one_without_changes_it():
    lower = {"loss": {"name": "ldam", "max_margin": 0.5}}
    assert merged(lower, {"loss": {"name": "focal", "gamma": 2}})["loss"] == {"name": "focal", "gamma": 2}
    assert merged(lower, {"loss": {"max_margin": 0.3}})["loss"] == {"name": "ldam", "max_margin": 0.3}
    assert merged({"loss": "ldam"}, {"loss": {"max_margin": 0.3}})["loss"] == {"name": "ldam", "max_margin": 0.3}


def test_stage_one_does_not_depend_on_settings_of_later_stages(experiments):
    before = expected(experiments, "crt")
    experiments["methods"]["crt"]["stage2"]["lr"] = 0.2
    after = expected(experiments, "crt")
    assert [level for level in before if before[level] != after[level]] == ["stage2"]


def test_the_order_of_keys_and_the_spelling_of_numbers_change_no_fingerprint(experiments):
    before = expected(experiments, "focal")
    stage1 = experiments["defaults"]["stage1"]
    experiments["defaults"]["stage1"] = dict(reversed(stage1.items()))
    experiments["methods"]["focal"]["stage1"]["loss"] = {"gamma": 2, "name": "focal"}
    assert expected(experiments, "focal") == before


def test_a_recipe_is_printed_as_its_rule_and_fingerprint(matrix):
    recipe = matrix.recipe("stage2", "small", "crt")
    assert f"recipe={recipe}" == f"recipe=Recipe(stage2 {recipe.fingerprint})"


def test_swapping_two_values_changes_the_fingerprint(experiments):
    stage1 = experiments["defaults"]["stage1"]
    before = expected(experiments, "ce")["stage1"]
    stage1["lr"], stage1["weight_decay"] = stage1["weight_decay"], stage1["lr"]
    assert expected(experiments, "ce")["stage1"] != before


@pytest.mark.parametrize(
    ("ratio", "text"), [(100, "100"), (100.0, "100"), (2.5, "2.5"), ("natural", "natural"), (1, "1")]
)
def test_a_ratio_has_one_spelling(ratio, text):
    assert ratio_text(ratio) == text
    assert ratio_value(text) == ratio


def test_a_backbone_that_moves_in_stage_2_has_features_of_its_own(experiments):
    experiments["methods"]["tuned"] = {"from": "ce", "stage2": {"mode": "finetune", "bn": "train_affine"}}
    experiments["methods"]["tuned_tau"] = {"from": "tuned", "stage3": ["tau_norm"]}
    experiments["methods"]["shifted"] = {"from": "ce", "stage2": {"mode": "crt", "bn": "shifted"}}
    matrix = load_matrix(experiments, SCRIPTS)
    assert matrix.rules_of("tuned_tau") == ["stage1", "stage2_finetune", "stage3", "stage3_test"]
    assert matrix.features_rule("tuned_tau") == ("stage2_finetune", "tuned")
    assert matrix.features_rule("crt_tau") == ("features", "ce")
    assert matrix.rule_owners("stage2_finetune") == ["tuned", "shifted"]
    assert matrix.rule_owners("stage2") == ["crt"]


def test_a_block_of_all_methods_has_each_of_them(experiments):
    experiments["experiments"]["main"]["methods"] = "all"
    cells = load_matrix(experiments, SCRIPTS).cells()
    assert {cell.method for cell in cells} == set(experiments["methods"])


def test_a_derived_data_set_uses_the_prepared_signals_of_the_one_at_the_end_of_its_chain(experiments):
    experiments["datasets"] |= {"last": {"from": "middle"}, "middle": {"from": "small"}}
    experiments["experiments"]["main"]["datasets"] = ["last"]
    matrix = load_matrix(experiments, SCRIPTS)
    cell = Cell("last", "2", 0, "ce")
    assert (matrix.datasets(), matrix.stores(), matrix.all_stores()) == (["last"], ["small"], ["small"])
    assert matrix.job(cell, "prepare") == matrix.store_job("last") == JobId("prepare", "small")
    assert matrix.job(cell, "examples") == JobId("examples", "small")
    assert matrix.job(cell, "make_split").dataset == "last"
    assert matrix.expected(cell) == load_matrix(experiments, SCRIPTS).expected(Cell("small", "2", 0, "ce"))


def test_every_split_seed_is_combined_with_every_training_seed(experiments):
    experiments["experiments"]["main"] |= {"seeds": {"split": [0, 1], "train": [0, 1, 2]}, "methods": ["ce"]}
    experiments["experiments"]["main"]["imbalance_ratios"] = [2]
    matrix = load_matrix(experiments, SCRIPTS)
    assert [cell.seed for cell in matrix.cells()] == [0, "0-1", "0-2", "1-0", 1, "1-2"]
    assert sorted(reversed(matrix.cells())) == matrix.cells()
    assert matrix.config.seed_pairs() == ["0-1", "0-2", "1-0", "1-2"]
    assert matrix.job(matrix.cells()[1], "stage1").output("model", "r") == "r/small/ir2/seed0-1/ce/stage1/model.pt"


def test_a_seed_of_a_grid_with_equal_streams_is_the_same_cell_as_before(experiments):
    blocks = experiments["experiments"]
    blocks["grid"] = blocks["main"] | {"seeds": {"split": [0], "train": [0]}}
    experiments["run"] = ["main", "grid"]
    matrix = load_matrix(experiments, SCRIPTS)
    assert matrix.blocks()["main"] == matrix.blocks()["grid"]
