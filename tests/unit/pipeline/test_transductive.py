"""Methods that learn from the unlabelled test signals: their jobs, what these read, and what is refused."""

import pytest
from conftest import SCRIPTS

from ltsei.core.errors import InputError
from ltsei.pipeline import rule_inputs, selection_on_test
from ltsei.pipeline.job_id import JobId
from ltsei.pipeline.load import load_matrix
from ltsei.pipeline.matrix import Cell
from ltsei.report import contents

FOLDER = "results/small/ir2/seed0"
BRANCHED = {"name": "branched", "backbone": {"name": "convnet_adsb", "width": 0.1, "stem": "strided"}, "branches": 3}
EXPERTS = {"stage1": {"backbone": BRANCHED, "head": "experts"}}
WEIGHTED = {"from": "experts", "stage3": ["expert_stability"]}


def load(experiments, **methods):
    experiments["methods"] |= {"experts": EXPERTS, "weighted": WEIGHTED, **methods}
    experiments["experiments"]["main"] |= {"methods": ["weighted", *methods], "imbalance_ratios": [2]}
    return load_matrix(experiments, SCRIPTS)


def refusal(experiments, **methods):
    with pytest.raises(InputError) as error:
        load(experiments, **methods)
    return str(error.value)


def inputs(matrix, rule, method="weighted"):
    return rule_inputs.inputs(matrix, JobId(rule, "small", "2", "0", method))


def test_views_are_made_for_such_methods_alone(experiments):
    matrix = load(experiments, tau={"from": "ce", "stage3": [{"name": "tau_norm", "tau": 0.3}]})
    assert matrix.rules_of("weighted") == ["stage1", "stage3", "stage3_views", "stage3_transductive"]
    assert matrix.rules_of("tau") == ["stage1", "features", "stage3", "stage3_test"]
    owners = {rule: matrix.rule_owners(rule) for rule in ("stage3_views", "stage3_transductive")}
    assert set(map(tuple, owners.values())) == {("weighted",)}
    assert "weighted" not in matrix.rule_owners("stage3_test")


def test_the_test_logits_are_made_from_views_and_those_from_the_trained_experts(experiments):
    matrix = load(experiments)
    model = f"{FOLDER}/experts/stage1/model.pt"
    before = f"{FOLDER}/experts/stage1/recipe.json"
    assert inputs(matrix, "stage3_views") == {"backbone": model, "classifier": model, "before": before}
    applied = inputs(matrix, "stage3_transductive")
    assert applied["views"] == f"{FOLDER}/weighted/stage3_views/views.npy"
    assert applied["logits_test"] == f"{FOLDER}/experts/stage1/logits_test.npy"
    assert applied["before"] == [f"{FOLDER}/weighted/{rule}/recipe.json" for rule in ("stage3", "stage3_views")]
    assert inputs(matrix, "evaluate")["logits_test"] == f"{FOLDER}/weighted/stage3_test/logits_test.npy"
    assert not [path for path in inputs(matrix, "stage3").values() if "test" in str(path)]


@pytest.mark.parametrize(
    ("stage2", "backbone"),
    [({"mode": "crt"}, "experts/stage1/model.pt"), ({"mode": "finetune", "batch_size": 8}, "again/stage2/head.pt")],
)
def test_the_backbone_is_that_of_the_last_stage_which_trains_it(experiments, stage2, backbone):
    again, last = {"from": "experts", "stage2": stage2}, {"from": "again", "stage3": ["expert_stability"]}
    matrix = load(experiments, again=again, last=last)
    made = inputs(matrix, "stage3_views", "last")
    assert made["backbone"] == f"{FOLDER}/{backbone}"
    assert made["classifier"] == f"{FOLDER}/again/stage2/head.pt"
    assert matrix.recipe("stage3_views", "small", "last").settings.batch_size == (8 if "again" in backbone else 16)


def test_views_are_made_again_when_they_change_and_not_when_the_weights_do(experiments):
    noise = [{"name": "gaussian_noise", "p": 1.0}]
    changed = [{"epochs": 1.0}, {"min_weight": 0.1}, {"augmentations": noise}]
    steps = {
        f"m{index}": {"from": "experts", "stage3": [{"name": "expert_stability", **each}]}
        for index, each in enumerate(changed)
    }
    matrix = load(experiments, **steps)
    views, applied = (
        [matrix.recipe(rule, "small", method).fingerprint for method in ("weighted", *steps)]
        for rule in ("stage3_views", "stage3_transductive")
    )
    assert views[0] == views[1] == views[2] != views[3]
    assert len(set(applied)) == 4


@pytest.mark.parametrize(
    ("method", "problem"),
    [
        ({"from": "ce", "stage3": ["expert_stability"]}, "expert_stability needs the head experts, got linear"),
        (
            {"from": "replaced", "stage3": ["expert_stability"]},
            "methods.wrong.stage3: expert_stability needs the head experts, got linear",
        ),
        (
            {"from": "experts", "stage3": ["logit_adjustment", "expert_stability"]},
            "methods.wrong.stage3[1]: expert_stability starts from the logits of the trained experts; put it first",
        ),
        (
            {"from": "experts", "stage3": ["expert_stability", {"name": "expert_stability", "epochs": 1.0}]},
            "methods.wrong.stage3[1]: expert_stability starts from the logits of the trained experts",
        ),
        (
            {"from": "experts", "stage3": [{"name": "expert_stability", "augmentations": ["cam_translation"]}]},
            "methods.wrong.stage3[0].augmentations: cam_translation uses labels, which test signals do not have",
        ),
        (
            {"from": "experts", "stage3": [{"name": "expert_stability", "augmentations": []}]},
            "methods.wrong.stage3[0].augmentations",
        ),
        (
            {"stage1": {"loss": "distillation", "teacher": "weighted"}},
            "methods.wrong.stage1.teacher: weighted learns from the test signals, which no training may see",
        ),
    ],
)
def test_what_cannot_use_views_is_refused_before_any_job(experiments, method, problem):
    replaced = {"from": "experts", "stage2": {"mode": "crt", "head": "linear"}}
    assert problem in refusal(experiments, replaced=replaced, wrong=method)


def test_a_choice_after_weighting_is_not_compared_with_one_on_the_test_part(experiments):
    scaled = {"from": "experts", "stage3": ["expert_stability", "temperature_scaling"]}
    matrix = load(experiments | {"selection_on_test": True}, scaled=scaled)
    assert selection_on_test.jobs(matrix, [Cell("small", "2", 0, "scaled")]) == {}


def test_the_report_marks_such_methods(experiments):
    scaled = {"from": "weighted"}
    cells = contents.contents(load(experiments, scaled=scaled, experts=EXPERTS), None, "").cells
    assert {cell.method: cell.title for cell in cells if cell.is_transductive} == {
        "weighted": "weighted (transductive)",
        "scaled": "scaled (transductive)",
    }
