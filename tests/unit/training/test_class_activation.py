"""Class activation maps, against the logits that they add up to."""

from dataclasses import replace

import pytest
import torch

from ltsei.core.context import build_component
from ltsei.training.class_activation import class_activation
from ltsei.training.model import build_classifier

LABELS = torch.tensor([0, 4, 2])
SIGNALS = torch.randn(3, 64, 2, generator=torch.Generator().manual_seed(0))


def classifier(make_context, backbone, precision="float32"):
    context = replace(make_context(), signal_shape=(64, 2))
    return build_classifier(backbone, "linear", context, seed=3, precision=precision)


def evaluated(model):
    model.eval()
    with torch.no_grad():
        logits = model(SIGNALS)[1].logits
    return (logits - model.head.bias)[torch.arange(3), LABELS]


@pytest.mark.parametrize("attention", [False, True])
def test_the_mean_over_time_is_the_logit_without_bias_where_the_backbone_takes_the_mean(make_context, attention):
    """At full rate, so that nothing is interpolated."""
    model = classifier(make_context, {"name": "dilated_tcn", "channels": 8, "attention": attention, "dropout": 0.2})
    activation = class_activation(model, SIGNALS, LABELS)
    assert activation.shape == (3, 64)
    torch.testing.assert_close(activation.mean(1), evaluated(model))


@pytest.mark.parametrize(
    "backbone", [{"name": "resnet1d", "base": 4}, {"name": "convnet_adsb", "width": 0.1}], ids=["resnet1d", "convnet"]
)
@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_a_map_of_fewer_samples_is_interpolated_to_those_of_the_signal(make_context, backbone, precision):
    signals = torch.randn(3, 1000, 2, generator=torch.Generator().manual_seed(0))
    activation = class_activation(classifier(make_context, backbone, precision), signals, LABELS)
    assert activation.shape == (3, 1000)
    assert activation.dtype == torch.float32
    assert activation.isfinite().all()
    assert activation.std(1).min() > 0


def test_the_map_is_that_of_evaluation_and_leaves_the_model_as_it_was(make_context):
    model = classifier(make_context, {"name": "resnet1d", "base": 4, "dropout": 0.5})
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.train()
    state = torch.get_rng_state()
    one = class_activation(model, SIGNALS, LABELS)
    assert model.training and model.backbone.stem.training
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not one.requires_grad
    model.eval()
    torch.testing.assert_close(class_activation(model, SIGNALS, LABELS), one)
    torch.testing.assert_close(class_activation(model, SIGNALS[1:], LABELS[1:]), one[1:])


def test_every_backbone_that_can_be_split_has_a_map(make_context):
    context = replace(make_context(), signal_shape=(64, 2))
    literal = {"convnet_adsb", "dilated_tcn", "resnet1d"}
    for name in ("branched", *literal):
        assert hasattr(build_component("backbones", name, context), "split") == (name in literal)
