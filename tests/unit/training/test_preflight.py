"""The check of every recipe before any job."""

import subprocess
import sys

import pytest
import torch
from pydantic import ValidationError

from ltsei.config.stages import Stage1, Stage2, Stage3
from ltsei.core.errors import InputError
from ltsei.training import preflight
from ltsei.training.model import build_classifier as build
from ltsei.training.signal_kind import SignalKind

TRAINING = {"loss": "cross_entropy", "sampler": "class_balanced", "epochs": 300, "batch_size": 256, "lr": 0.1}
TRAINING = {**TRAINING, "weight_decay": 5e-4, "select": "best"}
BACKBONE = {"name": "convnet_adsb", "width": 0.05}


def stage1(**changes):
    return Stage1(**{**TRAINING, "backbone": BACKBONE, "head": "linear", "length": 64, **changes})


def stage2(**changes):
    return Stage2(**{**TRAINING, "mode": "crt", "head": "linear", **changes})


def test_recipes_without_mistakes_pass():
    preflight.check(
        {
            "methods.ce.stage1": stage1(augmentations=["phase_rotation", "time_shift"], precision="bf16"),
            "methods.ldam.stage1": stage1(head="cosine", loss="ldam"),
            "methods.moe.stage1": stage1(head="moe_cosine", loss="moe_ltsei", length=None),
            "methods.crt.stage2": stage2(),
            "methods.lws.stage2": stage2(mode="lws"),
            "methods.student.stage2": stage2(loss="distillation", teacher="lws"),
            "methods.tau.stage3": Stage3(steps=["tau_norm", "logit_adjustment"]),
        }
    )


def test_values_given_for_every_class_decide_the_number_of_classes():
    manual = {"name": "manual", "weights": [1.0, 2.0, 3.0, 4.0, 5.0]}
    nested = {
        "name": "combined",
        "losses": [{"name": "expected_cost", "matrix": [[0, 1.0], [3.0, 0]]}],
        "weights": [1.0],
    }
    preflight.check({"methods.a.stage1": stage1(class_weights=manual), "methods.b.stage2": stage2(loss=nested)})


def test_options_of_every_family_pass():
    augmentations = ["amplitude", "gaussian_noise", "crop_or_pad", "carrier_jitter"]
    samplers = [
        "class_aware",
        "random_undersampling",
        "random_oversampling",
        "repeat_factor",
        "reverse",
        "effective_number",
    ]
    preflight.check(
        {
            "methods.a.stage1": stage1(augmentations=augmentations, head="logit_adjusted_linear"),
            "methods.b.stage1": stage1(loss="ldam_linear", class_weights="log"),
            "methods.c.stage2": stage2(head="temperature_scaled", loss="focal_sigmoid"),
            "methods.d.stage2": stage2(loss={"name": "expected_cost", "costs": "inverse_frequency"}),
            **{f"methods.{name}.stage2": stage2(sampler=name) for name in samplers},
            "methods.e.stage3": Stage3(steps=["temperature_scaling", "ncm", "logit_adjustment"]),
            "methods.f.stage3": Stage3(steps=["expert_stability"]),
        }
    )


def test_recipes_of_one_network_run_it_once_and_each_is_still_checked(monkeypatch):
    built = []
    monkeypatch.setattr(preflight, "build_classifier", lambda *given, **more: built.append(0) or build(*given, **more))
    heads = {"methods.a.stage1": stage1(), "methods.b.stage1": stage1(head="cosine", loss="ldam")}
    preflight.check({**heads, "methods.c.stage1": stage1(precision="bf16")})
    assert len(built) == 2
    no_loss = {"name": "combined", "losses": ["focal"], "weights": [0.0]}
    with pytest.raises(InputError, match=r"methods\.d\.stage1: .*weights"):
        preflight.check({**heads, "methods.d.stage1": stage1(loss=no_loss)})


def test_wrong_values_are_reported_all_at_once_each_with_its_stage():
    wrong = {
        "methods.a.stage1": stage1(backbone={"name": "frequency_expert", "band": 0.5, "band_hz": 1e6}),
        "methods.b.stage1": stage1(),
        "methods.c.stage2": stage2(loss={"name": "combined", "losses": ["focal"], "weights": [0.0]}),
        "methods.d.stage3": Stage3(steps=[{"name": "tau_norm", "grid": [1.0, 0.0, 0.1]}]),
    }
    with pytest.raises(InputError) as caught:
        preflight.check(wrong)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["methods.a.stage1", "methods.c.stage2", "methods.d.stage3"]
    assert all(name in line for name, line in zip(["band", "weights", "grid"], lines, strict=True))


def test_an_error_inside_torch_is_reported_like_the_others(monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr("ltsei.training.preflight.fit", broken)
    with pytest.raises(InputError, match=r"methods\.ce\.stage1: RuntimeError: mat1 and mat2"):
        preflight.check({"methods.ce.stage1": stage1()})


def test_augmentations_of_a_post_hoc_step_are_tried_out():
    noise = {"name": "gaussian_noise", "min_snr_db": 30.0, "max_snr_db": 20.0}
    steps = [{"name": "expert_stability", "augmentations": [noise]}]
    with pytest.raises(InputError, match=r"methods.a.stage3: augmentations/gaussian_noise: min_snr_db: got 30.0"):
        preflight.check({"methods.a.stage3": Stage3(steps=steps)})


def test_a_value_that_fails_only_when_it_is_used_is_refused():
    wrong = stage1(augmentations=[{"name": "time_shift", "p": 1.0, "max_shift": 64}])
    with pytest.raises(InputError, match="max_shift"):
        preflight.check({"methods.ce.stage1": wrong})


def test_the_global_stream_is_left_alone():
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    preflight.check({"methods.ce.stage1": stage1(), "methods.crt.stage2": stage2()})
    assert torch.equal(torch.rand(2), expected)


def test_a_training_does_not_import_torchs_compiler():
    code = f"""
import sys
from ltsei.training import preflight
from ltsei.config.stages import Stage1, Stage2
preflight.check({{"stage1": Stage1(**{stage1().model_dump()}), "stage2": Stage2(**{stage2().model_dump()})}})
assert "torch._dynamo" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def check_both(before, **changes):
    """Check a stage 2 that follows a stage 1."""
    preflight.check({"methods.m.stage2": stage2(**changes)}, before={"methods.m.stage2": before})


def test_a_stage_two_that_fits_its_stage_one_passes():
    check_both(stage1(), mode={"name": "crt", "init": "stage1"})
    check_both(stage1(), bn="shifted")


def test_a_stage_two_that_continues_another_head_is_refused():
    with pytest.raises(InputError, match="stage 2 continues the head of stage 1"):
        check_both(stage1(), mode={"name": "crt", "init": "stage1"}, head="cosine")


def test_experts_are_trained_on_the_branches_of_the_stage_one_before():
    branched = {"name": "branched", "backbone": BACKBONE, "branches": 3}
    before = stage1(backbone=branched, head="experts", loss="sade")
    check_both(before, head="experts", loss="sade")
    with pytest.raises(InputError, match="branches: got 2 experts, expected 3"):
        check_both(stage1(backbone=branched | {"branches": 2}, head="experts"), head="experts", loss="sade")


def test_recipes_of_one_branched_network_are_checked_on_its_branches():
    branched = {"name": "branched", "backbone": BACKBONE, "branches": 3}
    preflight.check({name: stage1(backbone=branched, head="experts", loss=name) for name in ("sade", "ncl")})


def test_moving_statistics_need_batch_normalisation():
    with pytest.raises(InputError, match="bn: got shifted for a backbone without batch normalisation"):
        check_both(stage1(backbone={"name": "resnet1d", "norm": "gn"}), bn="shifted")


@pytest.mark.parametrize("changes", [{"augmentations": ["phase_rotation"]}, {"precision": "bf16"}])
def test_settings_without_effect_on_cached_features_are_refused(changes):
    with pytest.raises(ValidationError, match="stage 2 works on cached features"):
        stage2(**changes)


@pytest.mark.parametrize(
    ("changes", "clause"),
    [
        ({"augmentations": ["phase_rotation"]}, "a rotation needs the channels I and Q, got 1 channels"),
        ({"augmentations": ["carrier_jitter"]}, "sample_rate_hz: unknown for this data set"),
        ({"backbone": "frequency_expert"}, "a spectrum needs the two channels I and Q"),
    ],
)
def test_what_needs_i_and_q_or_a_rate_is_refused_for_real_signals_of_unknown_rate(changes, clause):
    named = {"methods.ce.stage1 on real": stage1(**changes), "methods.ce.stage1 on iq": stage1(**changes)}
    with pytest.raises(InputError) as refused:
        preflight.check(named, signals={"methods.ce.stage1 on real": SignalKind(1, None)})
    (line,) = str(refused.value).splitlines()
    assert line.startswith("methods.ce.stage1 on real: ")
    assert clause in line


def test_real_signals_pass_where_nothing_needs_i_and_q():
    preflight.check({"ce": stage1(augmentations=["time_shift"])}, signals={"ce": SignalKind(1, None)})
