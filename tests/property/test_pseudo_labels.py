"""Pseudo-labels, against transcriptions of FixMatch, Pseudo-Label and DebiasPL in NumPy, and their limits."""

import numpy as np
import pytest
import torch

from ltsei.components.losses._shared import Batch, UnlabelledViews
from ltsei.core.context import build_component
from ltsei.core.errors import InputError

SIGNALS, UNLABELLED, CLASSES = 7, 21, 5
LABELS = torch.arange(SIGNALS) % CLASSES
NAMES = ["fixmatch", "pseudo_label", "debiased_pseudo_label"]


def logits(seed, number=UNLABELLED, scale=2.0):
    return scale * torch.randn(number, CLASSES, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def batch(weak=None, strong=None, progress=0.5):
    views = UnlabelledViews(logits(1) if weak is None else weak, logits(2) if strong is None else strong)
    return Batch(logits(0, SIGNALS), LABELS, torch.zeros(SIGNALS, 8), progress=progress, unlabelled=views)


def loss(make_context, name="fixmatch", **parameters):
    built = build_component("losses", {"name": name, **parameters}, make_context()).train()
    return built.double()


def softmax(values):
    exponentials = np.exp(values - values.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def pseudo_labelled(q, p, threshold):
    """(1/μB) Σ 1[max q ≥ τ] H(argmax q, p), signal by signal (Sohn et al. 2020, eq. 4)."""
    losses = [-np.log(p[i, q[i].argmax()]) for i in range(len(q)) if q[i].max() >= threshold]
    return sum(losses) / len(q)


@pytest.mark.parametrize("threshold", [0.0, 0.6, 0.95])
def test_fixmatch_is_the_formula_of_the_paper(make_context, threshold):
    given = batch()
    q, p = softmax(logits(1).numpy()), softmax(logits(2).numpy())
    assert threshold in (0.0, 0.95) or 0 < (q.max(axis=1) >= threshold).sum() < len(q)
    value = loss(make_context, threshold=threshold, weight=1.7)(given)
    expected = 1.7 * pseudo_labelled(q, p, threshold)
    assert value.terms["unlabelled"].item() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("progress", "alpha"), [(0.0, 0.0), (0.2, 0.0), (0.3, 0.75), (0.5, 2.25), (0.6, 3.0), (1.0, 3.0)]
)
def test_pseudo_label_counts_every_signal_with_a_weight_that_grows(make_context, progress, alpha):
    value = loss(make_context, "pseudo_label", start=0.2, end=0.6)(batch(progress=progress))
    expected = alpha * pseudo_labelled(softmax(logits(1).numpy()), softmax(logits(2).numpy()), 0.0)
    assert value.terms["unlabelled"].item() == pytest.approx(expected, rel=1e-9)


def test_a_ramp_of_no_length_is_a_step(make_context):
    ramp = loss(make_context, "pseudo_label", start=0.4, end=0.4).ramp
    assert [ramp(progress) for progress in (0.39, 0.4, 1.0)] == [0.0, 3.0, 3.0]
    with pytest.raises(InputError, match=r"start: got 0.7, expected at most end = 0.6"):
        loss(make_context, "pseudo_label", start=0.7)


def test_debiaspl_over_three_steps_is_the_formula_of_the_paper(make_context):
    strength, momentum, threshold = 0.8, 0.7, 0.5
    parameters = {"strength": strength, "momentum": momentum, "threshold": threshold}
    built, mean = loss(make_context, "debiased_pseudo_label", **parameters), np.full(CLASSES, 1 / CLASSES)
    for step in range(3):
        weak, strong = logits(10 + step) + torch.tensor([3.0, 0, 0, 0, -2.0]), logits(20 + step)
        q = softmax(weak.numpy() - strength * np.log(mean))
        mean = momentum * mean + (1 - momentum) * softmax(weak.numpy()).mean(axis=0)
        p = softmax(strong.numpy() + strength * np.log(mean))
        value = built(batch(weak, strong))
        assert value.terms["unlabelled"].item() == pytest.approx(pseudo_labelled(q, p, threshold), rel=1e-6)
        np.testing.assert_allclose(built.mean.numpy(), mean, rtol=1e-6)
    assert mean.argmax() == 0


def test_debiasing_of_no_strength_is_fixmatch(make_context):
    for threshold in (0.4, 0.8):
        debiased = loss(make_context, "debiased_pseudo_label", strength=0.0, threshold=threshold)(batch())
        plain = loss(make_context, threshold=threshold)(batch())
        assert torch.equal(debiased.terms["unlabelled"], plain.terms["unlabelled"])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("base", ["cross_entropy", "logit_adjustment"])
def test_labelled_signals_have_the_loss_that_is_named(make_context, name, base):
    expected = build_component("losses", base, make_context()).double()(batch())
    without = loss(make_context, name, loss=base, weight=0.0)(batch())
    assert torch.equal(without.per_sample, expected.per_sample)
    assert without.terms["unlabelled"].item() == 0.0
    assert torch.equal(loss(make_context, name, loss=base)(batch()).per_sample, expected.per_sample)


@pytest.mark.parametrize("name", ["fixmatch", "debiased_pseudo_label"])
def test_above_a_threshold_of_1_no_signal_counts_however_sure_the_network_is(make_context, name):
    sure = 1000 * torch.eye(CLASSES, dtype=torch.float64)[torch.arange(UNLABELLED) % CLASSES]
    assert loss(make_context, name, threshold=1.0)(batch(sure)).terms["unlabelled"].item() == 0.0
    assert loss(make_context, name, threshold=0.99)(batch(sure)).terms["unlabelled"].item() > 0.0


def test_a_class_that_is_predicted_often_needs_more_confidence(make_context):
    built = loss(make_context, "debiased_pseudo_label", momentum=0.0, strength=1.0, threshold=0.6)
    often = torch.log(torch.tensor([[0.92, 0.02, 0.02, 0.02, 0.02]], dtype=torch.float64)).repeat(UNLABELLED, 1)
    assert built(batch(often)).terms["unlabelled"].item() > 0.0
    assert built(batch(often)).terms["unlabelled"].item() == 0.0


@pytest.mark.parametrize("name", NAMES)
def test_validation_has_no_unlabelled_signals_and_a_training_must(make_context, name):
    alone = Batch(logits(0, SIGNALS), LABELS, torch.zeros(SIGNALS, 8))
    assert loss(make_context, name).eval()(alone).terms == {}
    with pytest.raises(ValueError, match="need unlabelled signals"):
        loss(make_context, name)(alone)
