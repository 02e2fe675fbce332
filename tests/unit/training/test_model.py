"""Backbone and head together."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from ltsei.components.heads._shared import HeadOutput
from ltsei.core.context import prior_context
from ltsei.runtime import checkpoint
from ltsei.training.model import (
    Classifier,
    build_classifier,
    context_of_head,
    extract,
    restored_component,
    restored_context,
    stored_component,
    stored_context,
)

CONTEXT = prior_context(np.array([5, 3, 2]), signal_shape=(64, 2), sample_rate_hz=8e6)
BACKBONE = {"name": "convnet_adsb", "width": 0.05}
BRANCHED = {"name": "branched", "backbone": BACKBONE, "branches": 3}


class Watching(nn.Module):
    """A backbone that records its input and its output."""

    out_features = 3

    def forward(self, signals):
        self.seen = signals
        self.product = signals.mean(2) @ torch.ones(signals.shape[1], 3)
        return self.product


class Head(nn.Module):
    """A head that records the data type of its features."""

    def forward(self, features):
        self.seen = features.dtype
        return HeadOutput(features)


def classifier(seed=0, head="linear", backbone=BACKBONE):
    return build_classifier(backbone, head, CONTEXT, seed=seed)


def test_the_backbone_sees_channels_first_without_a_copy():
    backbone, signals = Watching(), torch.randn(4, 64, 2)
    Classifier(backbone, Head())(signals)
    assert backbone.seen.shape == (4, 2, 64)
    assert backbone.seen.data_ptr() == signals.data_ptr()
    assert torch.equal(backbone.seen, signals.movedim(-1, 1))


def test_features_pass_an_identity_unchanged():
    features = torch.randn(4, 7)
    assert torch.equal(Classifier(nn.Identity(), Head()).features(features), features)


def test_bf16_is_for_the_backbone_alone():
    backbone, head = Watching(), Head()
    features, output = Classifier(backbone, head, "bf16")(torch.randn(4, 64, 2))
    assert backbone.product.dtype == torch.bfloat16
    assert head.seen == features.dtype == output.logits.dtype == torch.float32


def test_one_seed_gives_one_set_of_weights_and_leaves_the_global_stream_alone():
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    first, second, other = (classifier(seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["head.weight"], other["head.weight"])
    assert torch.equal(torch.rand(2), expected)


def test_methods_of_one_seed_start_from_one_backbone_whatever_their_heads():
    backbones = [classifier(head=head).backbone.state_dict() for head in ("linear", "cosine")]
    assert all(torch.equal(backbones[0][name], backbones[1][name]) for name in backbones[0])


def test_the_head_applied_to_the_features_gives_the_logits_to_the_bit():
    model = classifier()
    features, output = extract(model, torch.randn(20, 64, 2).split(8))
    assert features.shape == (20, model.backbone.out_features)
    assert torch.equal(model.head(features).logits, output.logits)


def test_extraction_is_in_evaluation_mode_without_gradient_and_leaves_the_model_as_it_was():
    model = classifier().train()
    before = checkpoint.snapshot(model)
    features = [extract(model, [torch.ones(4, 64, 2)])[0] for _ in range(2)]
    assert torch.equal(*features) and not features[0].requires_grad
    assert model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


@pytest.mark.parametrize(("head", "backbone"), [("linear", BACKBONE), ("experts", BRANCHED)])
def test_an_empty_part_has_no_features_and_no_logits(head, backbone):
    model = classifier(head=head, backbone=backbone)
    features, output = extract(model, [torch.empty(0, 64, 2)])
    assert features.shape == (0, model.backbone.out_features) and output.logits.shape == (0, 3)


@pytest.mark.parametrize(
    ("head", "backbone"),
    [
        ({"name": "linear", "bias": False}, BACKBONE),
        ({"name": "cosine", "scale": 7.0}, BACKBONE),
        ({"name": "experts", "head": "linear"}, BRANCHED),
    ],
)
def test_a_checkpoint_restores_the_same_model(tmp_path, head, backbone):
    model = classifier(head=head, backbone=backbone).eval()
    content = {
        "backbone": stored_component(backbone, model.backbone),
        "head": stored_component(head, model.head),
        "context": stored_context(context_of_head(CONTEXT, model.backbone)),
    }
    checkpoint.save(tmp_path / "model.pt", content)
    loaded = checkpoint.load(tmp_path / "model.pt")
    again = Classifier(restored_component(loaded, "backbone"), restored_component(loaded, "head")).eval()
    signals = torch.randn(4, 64, 2)
    assert torch.equal(again(signals)[1].logits, model(signals)[1].logits)


def test_a_head_knows_the_branches_of_its_backbone():
    assert context_of_head(CONTEXT, classifier().backbone).branches == 1
    context = context_of_head(CONTEXT, classifier(backbone=BRANCHED).backbone)
    assert context.branches == 3
    assert context.in_features == 3 * classifier().backbone.out_features


def test_a_checkpoint_keeps_the_context_of_its_head():
    restored = restored_context({"context": stored_context(replace(CONTEXT, in_features=18, branches=3))})
    assert restored.class_counts.tolist() == [5, 3, 2]
    assert restored.class_probabilities(0.5) == pytest.approx([0.5, 0.3, 0.2])
    expected = replace(restored, signal_shape=(64, 2), sample_rate_hz=8e6, in_features=18, branches=3, num_classes=3)
    assert restored == expected
