import numpy as np
import pytest
import torch

from ltsei.config.training import Training
from ltsei.core.context import Context, build_component
from ltsei.core.errors import InputError
from ltsei.training.optim import build_optimizer

RECIPE = Training(loss="cross_entropy", sampler="class_balanced", epochs=10, batch_size=4, lr=0.1, weight_decay=0.0)
LINEAR = {"name": "linear", "bias": True}
UNBIASED = {"name": "linear", "bias": False}
COSINE = {"name": "cosine", "scale": 30.0}


@pytest.fixture
def context():
    return Context(
        class_counts=np.array([90, 30, 9, 3]),
        num_classes=4,
        signal_shape=(128, 2),
        sample_rate_hz=None,
        in_features=6,
        class_probabilities=lambda progress: np.full(4, 0.25),
    )


@pytest.fixture
def features():
    return torch.randn(5, 6, generator=torch.Generator().manual_seed(0))


def prepare(context, spec, name, stage1_spec=None, **parameters):
    """The stage-1 head and what the mode makes of it."""
    torch.manual_seed(0)
    stage1_head = build_component("heads", stage1_spec or spec, context)
    return stage1_head, build_component("stage2_modes", {"name": name, **parameters}, context)(stage1_head, spec)


@pytest.mark.parametrize("spec", [LINEAR, UNBIASED])
@pytest.mark.parametrize("scale_bias", [True, False])
@pytest.mark.parametrize("param", ["linear", "exp"])
def test_lws_starts_with_the_logits_of_stage_1(context, features, spec, scale_bias, param):
    stage1_head, prepared = prepare(context, spec, "lws", scale_bias=scale_bias, param=param)
    torch.testing.assert_close(prepared.head(features).logits, stage1_head(features).logits)


@pytest.mark.parametrize("spec", [LINEAR, UNBIASED])
@pytest.mark.parametrize("scale_bias", [True, False])
@pytest.mark.parametrize("param", ["linear", "exp"])
def test_lws_scales_each_class_and_folds_the_scales_into_a_plain_head(context, features, spec, scale_bias, param):
    stage1_head, prepared = prepare(context, spec, "lws", scale_bias=scale_bias, param=param)
    scales = torch.tensor([0.5, 1.0, 2.0, 3.0])
    with torch.no_grad():
        prepared.parameters[0].copy_(scales.log() if param == "exp" else scales)
    bias = stage1_head.bias if spec["bias"] else torch.zeros(4)
    expected = scales * (features @ stage1_head.weight.T) + (scales if scale_bias else 1.0) * bias
    folded_spec, folded = prepared.fold(prepared.head)
    torch.testing.assert_close(prepared.head(features).logits, expected)
    torch.testing.assert_close(folded(features).logits, expected)
    assert folded_spec == spec
    assert folded.weight.requires_grad


def test_lws_trains_one_number_per_class(context):
    _, prepared = prepare(context, LINEAR, "lws")
    assert [parameter.shape for parameter in prepared.parameters] == [(4,)]
    assert [name for name, parameter in prepared.head.named_parameters() if parameter.requires_grad] == ["strength"]


@pytest.mark.parametrize("scale_bias", [True, False])
def test_lws_can_train_the_classifier_too_at_a_rate_of_its_own(context, features, scale_bias):
    _, prepared = prepare(context, LINEAR, "lws", scale_bias=scale_bias, classifier_lr_factor=0.2)
    assert [parameter.shape for parameter in prepared.parameters] == [(4,), (4, 6), (4,)]
    groups = build_optimizer(RECIPE, (prepared.head.requires_grad_(True), 1.0)).param_groups
    assert {group["lr_factor"]: [value.shape for value in group["params"]] for group in groups} == {
        1.0: [(4,)],
        0.2: [(4, 6), (4,)],
    }
    with torch.no_grad():
        for parameter in prepared.parameters:
            parameter.add_(torch.rand(parameter.shape))
    torch.testing.assert_close(prepared.fold(prepared.head)[1](features).logits, prepared.head(features).logits)


def test_crt_starts_with_a_new_head(context, features):
    stage1_head, prepared = prepare(context, LINEAR, "crt")
    assert not torch.equal(prepared.head(features).logits, stage1_head(features).logits)


def test_crt_can_continue_the_head_of_stage_1(context, features):
    stage1_head, prepared = prepare(context, COSINE, "crt", init="stage1")
    assert torch.equal(prepared.head(features).logits, stage1_head(features).logits)
    assert prepared.head is not stage1_head


def test_crt_may_change_the_kind_of_head(context, features):
    _, prepared = prepare(context, COSINE, "crt", stage1_spec=LINEAR)
    assert prepared.head(features).extras["scale"] == 30
    assert prepared.fold(prepared.head) == (COSINE, prepared.head)


@pytest.mark.parametrize("stage1_spec", [{"name": "cosine", "scale": 30.0}, LINEAR])
@pytest.mark.parametrize(("name", "parameters"), [("lws", {}), ("crt", {"init": "stage1"})])
def test_continuing_another_kind_of_head_is_an_error(context, name, parameters, stage1_spec):
    with pytest.raises(InputError, match="continues the head of stage 1"):
        prepare(context, UNBIASED, name, stage1_spec=stage1_spec, **parameters)
