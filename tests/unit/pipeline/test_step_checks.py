"""Parts of a training step that do not fit together are refused before anything runs."""

import pytest
from conftest import SCRIPTS

from ltsei.core import registry
from ltsei.core.errors import InputError
from ltsei.pipeline import rule_inputs
from ltsei.pipeline.load import load_matrix


def refusal(experiments, **stage1):
    experiments["methods"]["focal"]["stage1"] = stage1
    with pytest.raises(InputError) as error:
        load_matrix(experiments, SCRIPTS)
    return str(error.value)


@pytest.fixture
def declared(monkeypatch):
    """Makes cross-entropy declare a literal."""
    original = registry.declared

    def declare(constant, value):
        def changed(family, name, asked, default):
            matches = (family, name, asked) == ("losses", "cross_entropy", constant)
            return value if matches else original(family, name, asked, default)

        monkeypatch.setattr(registry, "declared", changed)

    return declare


def test_a_partner_sampler_that_nothing_uses_is_refused(experiments):
    message = refusal(experiments, partner_sampler="reverse")
    assert message.startswith("methods.focal.stage1.partner_sampler: without effect; set a mixer")


def test_a_mixer_that_needs_a_partner_says_so(experiments):
    backbone = {"name": "branched", "backbone": {"name": "convnet_adsb", "width": 0.1, "stem": "strided"}}
    message = refusal(experiments, mixer="bilateral", backbone=backbone)
    assert (
        message == "methods.focal.stage1.partner_sampler: missing; bilateral uses a second batch, say how it is drawn"
    )


def test_a_mixer_of_branches_needs_a_branched_backbone(experiments):
    message = refusal(experiments, mixer="bilateral", partner_sampler="reverse")
    assert "methods.focal.stage1: bilateral needs the backbone branched, got convnet_adsb" in message


def test_a_loss_of_hard_labels_refuses_mixed_ones_with_its_reason(experiments):
    message = refusal(experiments, mixer="mixup", loss="moe_ltsei", head="moe_cosine")
    assert message == (
        "methods.focal.stage1.mixer: mixup mixes labels, but the loss moe_ltsei takes one label per signal: its gate "
        "terms are means over the batch"
    )


def test_views_need_augmentations_and_no_mixer(experiments, declared):
    declared("VIEWS", 2)
    message = refusal(experiments, mixer="mixup")
    assert "methods.focal.stage1.augmentations: missing; cross_entropy compares views of a signal" in message
    assert "methods.focal.stage1.mixer: cross_entropy compares views of a signal, which a mixture" in message


def test_a_loss_that_needs_a_partner_says_so(experiments, declared):
    declared("PARTNER", True)
    assert "partner_sampler: missing; cross_entropy uses a second batch" in refusal(experiments, epochs=1)


@pytest.mark.parametrize("partner", [{}, {"partner_sampler": "reverse"}])
def test_mixing_with_or_without_a_partner_is_allowed(experiments, partner):
    experiments["methods"]["focal"]["stage1"] = {"mixer": "mixup", **partner}
    load_matrix(experiments, SCRIPTS)


PRETRAIN = {
    "backbone": {"name": "convnet_adsb", "width": 0.1, "stem": "strided"},
    "loss": "nt_xent",
    "augmentations": ["phase_rotation"],
    "sampler": "instance_balanced",
    "epochs": 2,
    "batch_size": 16,
    "lr": 0.05,
    "weight_decay": 0.0,
}


def pretrained(experiments, **changes):
    experiments["methods"]["focal"]["pretrain"] = PRETRAIN | changes
    return experiments


def test_a_loss_without_labels_is_for_pre_training_alone(experiments):
    message = refusal(experiments, loss="nt_xent", augmentations=["phase_rotation"])
    assert "methods.focal.stage1.loss: nt_xent uses no labels, so the head would learn nothing" in message
    message = refusal(pretrained(experiments, loss="cross_entropy"))
    assert "methods.focal.pretrain.loss: cross_entropy needs labels, which pre-training has not" in message


def test_pre_training_needs_views_and_mixes_no_labels(experiments):
    message = refusal(pretrained(experiments, augmentations=[], mixer="mixup"))
    assert "methods.focal.pretrain.augmentations: missing" in message
    assert "methods.focal.pretrain.mixer: mixes labels" in message


def test_pre_training_draws_no_signals_by_their_labels(experiments):
    message = refusal(pretrained(experiments, sampler="class_balanced"))
    assert "methods.focal.pretrain.sampler: class_balanced draws by labels, which pre-training has not" in message


def test_pre_training_takes_network_and_schedule_from_stage_1(experiments):
    own = {key: PRETRAIN[key] for key in ("loss", "augmentations", "sampler")}
    experiments["methods"]["focal"] = {
        "pretrain": {**own, "epochs": 7},
        "stage1": {"backbone": {"width": 0.2}, "lr": 0.5},
    }
    matrix = load_matrix(experiments, SCRIPTS)
    pre, after = (matrix.recipe(stage, "small", "focal").settings for stage in ("pretrain", "stage1"))
    assert (pre.backbone, pre.lr, pre.epochs) == (after.backbone, 0.5, 7)


def test_stage_1_needs_the_backbone_that_was_pretrained(experiments):
    message = refusal(pretrained(experiments), backbone={"width": 0.2})
    assert message.startswith("methods.focal.stage1.backbone: got {'name': 'convnet_adsb', 'width': 0.2")
    assert "expected that of the pre-training" in message


def test_a_pre_training_is_one_job_for_all_that_start_from_it(experiments):
    pretrained(experiments)["methods"]["focal"]["stage1"] = {}
    experiments["methods"]["other"] = {"from": "focal", "stage1": {"loss": "focal"}}
    experiments["methods"]["crt_of_it"] = {"from": "focal", "stage2": {"mode": "crt"}}
    experiments["experiments"]["main"] |= {"methods": ["focal", "other", "crt_of_it"], "imbalance_ratios": [2]}
    matrix = load_matrix(experiments, SCRIPTS)
    jobs = [job for job in matrix.jobs() if job.rule in ("pretrain", "stage1")]
    assert [(job.rule, job.method) for job in jobs] == [("pretrain", "focal"), ("stage1", "focal"), ("stage1", "other")]
    inputs = rule_inputs.inputs(matrix, jobs[2])
    assert inputs["pretrained"] == ["results/small/ir2/seed0/focal/pretrain/model.pt"]
    assert inputs["before"] == ["results/small/ir2/seed0/focal/pretrain/recipe.json"]


def test_stage_1_alone_starts_from_no_file(experiments):
    matrix = load_matrix(experiments, SCRIPTS)
    job = next(job for job in matrix.jobs() if job.rule == "stage1")
    assert rule_inputs.inputs(matrix, job) == {
        "pretrained": [],
        "before": [],
        "teacher_of_stage1": [],
        "unlabelled": [],
    }


def test_a_method_that_reuses_nothing_is_refused(experiments):
    experiments["methods"]["other"] = {"from": "focal", "stage1": {}}
    assert "methods.other.from: nothing of 'focal' is reused, since stage1 is defined here" in refusal(experiments)
    pretrained(experiments)["methods"]["other"] = {"from": "focal", "pretrain": {}, "stage1": {}}
    assert "nothing of 'focal' is reused, since pretrain is defined here" in refusal(experiments)


def test_a_pre_training_alone_is_no_method(experiments):
    experiments["methods"]["alone"] = {"pretrain": PRETRAIN}
    assert "methods.alone: has neither stage1 nor from" in refusal(experiments)


def test_the_tuned_version_of_a_method_starts_from_the_same_pre_training(experiments):
    pretrained(experiments)["methods"]["focal"]["stage1"] = {}
    experiments["experiments"]["main"] |= {"methods": ["focal"], "imbalance_ratios": [2], "tuning": {"trials": 4}}
    jobs = load_matrix(experiments, SCRIPTS).jobs()
    assert [job.method for job in jobs if job.rule == "pretrain"] == ["focal"]
    assert {job.method for job in jobs if job.rule == "stage1_trials"} == {"focal.tuned"}
