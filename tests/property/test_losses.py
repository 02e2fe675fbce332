import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei.components.losses._shared import Batch
from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.numerics.long_tail import long_tail_counts

SCALE = 30.0
SHIFTABLE = ["cross_entropy", "focal", "logit_adjustment", "ldam_linear", "expected_cost"]
"""Losses of a softmax, which depend on differences of logits alone."""
few = settings(max_examples=25)
seeds = st.integers(0, 10_000)
class_counts = st.lists(st.integers(1, 500), min_size=2, max_size=6)


def build(make_context, counts, name, **parameters):
    return build_component("losses", {"name": name, **parameters}, make_context(counts))


def case(seed, num_classes, signals=7, scale=2.0):
    rng = np.random.default_rng(seed)
    return rng.normal(scale=scale, size=(signals, num_classes)), rng.integers(0, num_classes, signals)


def cosines(seed, num_classes):
    logits, labels = case(seed, num_classes)
    return np.tanh(logits), labels


def per_sample(loss, logits, labels, scale=None):
    extras = {} if scale is None else {"scale": torch.tensor(scale)}
    tensor = torch.from_numpy(np.asarray(logits, dtype=np.float64))
    return loss(Batch(tensor, torch.from_numpy(labels), tensor, extras)).per_sample.numpy()


@few
@given(seed=seeds, counts=class_counts, smoothing=st.sampled_from([0.0, 0.1, 0.98, 1.0]))
def test_cross_entropy_is_its_formula(make_context, seed, counts, smoothing):
    logits, labels = case(seed, len(counts))
    loss = build(make_context, counts, "cross_entropy", label_smoothing=smoothing)
    expected = reference.cross_entropy(logits, labels, smoothing)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-9)


@few
@given(seed=seeds, counts=class_counts, gamma=st.sampled_from([0.3, 0.5, 1.0, 2.0, 5.0]))
def test_focal_is_its_formula(make_context, seed, counts, gamma):
    logits, labels = case(seed, len(counts))
    loss = build(make_context, counts, "focal", gamma=gamma)
    np.testing.assert_allclose(per_sample(loss, logits, labels), reference.focal(logits, labels, gamma), rtol=1e-6)


@few
@given(seed=seeds, counts=class_counts, max_margin=st.floats(0, 1))
def test_ldam_is_its_formula(make_context, seed, counts, max_margin):
    values, labels = cosines(seed, len(counts))
    loss = build(make_context, counts, "ldam", max_margin=max_margin)
    margins = reference.ldam_margins(counts, max_margin)
    expected = reference.margin_cross_entropy(values, labels, margins, SCALE)
    np.testing.assert_allclose(per_sample(loss, SCALE * values, labels, SCALE), expected, rtol=1e-5, atol=1e-5)


@few
@given(seed=seeds, counts=class_counts, max_margin=st.floats(0, 3), scale=st.sampled_from([1.0, 7.0]))
def test_ldam_on_a_linear_head_is_its_formula(make_context, seed, counts, max_margin, scale):
    logits, labels = case(seed, len(counts))
    loss = build(make_context, counts, "ldam_linear", max_margin=max_margin, scale=scale)
    margins = reference.ldam_margins(counts, max_margin)
    expected = reference.margin_cross_entropy(logits, labels, margins, scale)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-5, atol=1e-6)


@few
@given(seed=seeds, counts=class_counts, power=st.sampled_from([0.0, 0.5, 1.0]))
def test_the_margins_of_both_ldam_losses_grow_with_the_power_of_rarity(make_context, seed, counts, power):
    expected = [0.5 * (min(counts) / n) ** power for n in counts]
    for name in ("ldam", "ldam_linear"):
        np.testing.assert_allclose(build(make_context, counts, name, power=power).margins, expected, rtol=1e-6)


@few
@given(
    seed=seeds,
    counts=class_counts,
    gamma=st.sampled_from([0.0, 0.5, 2.0]),
    alpha=st.sampled_from([None, 0.25, 1.0]),
)
def test_focal_sigmoid_is_its_formula(make_context, seed, counts, gamma, alpha):
    logits, labels = case(seed, len(counts))
    loss = build(make_context, counts, "focal_sigmoid", gamma=gamma, alpha=alpha)
    expected = reference.focal_sigmoid(logits, labels, gamma, alpha)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-6)


@few
@given(seed=seeds, counts=class_counts, tau=st.floats(0, 3))
def test_logit_adjustment_is_its_formula(make_context, seed, counts, tau):
    logits, labels = case(seed, len(counts))
    loss = build(make_context, counts, "logit_adjustment", tau=tau)
    expected = reference.logit_adjustment(logits, labels, counts, tau)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("focal", {"gamma": 0.0}), ("logit_adjustment", {"tau": 0.0}), ("ldam_linear", {"max_margin": 0.0})],
)
@few
@given(seed=seeds, counts=class_counts)
def test_a_loss_whose_parameter_is_zero_is_cross_entropy(make_context, name, parameters, seed, counts):
    logits, labels = case(seed, len(counts))
    loss = build(make_context, counts, name, **parameters)
    np.testing.assert_allclose(per_sample(loss, logits, labels), reference.cross_entropy(logits, labels), rtol=1e-12)


@few
@given(seed=seeds, count=st.integers(1, 500), tau=st.floats(0, 3))
def test_logit_adjustment_of_equally_frequent_classes_is_cross_entropy(make_context, seed, count, tau):
    logits, labels = case(seed, 5)
    loss = build(make_context, [count] * 5, "logit_adjustment", tau=tau)
    np.testing.assert_allclose(per_sample(loss, logits, labels), reference.cross_entropy(logits, labels), rtol=1e-9)


@few
@given(seed=seeds, counts=class_counts)
def test_logit_adjustment_with_tau_one_is_balanced_softmax(make_context, seed, counts):
    logits, labels = case(seed, len(counts))
    balanced_softmax = reference.cross_entropy(logits + np.log(counts), labels)
    loss = build(make_context, counts, "logit_adjustment")
    np.testing.assert_allclose(per_sample(loss, logits, labels), balanced_softmax, rtol=1e-5, atol=1e-6)


@few
@given(seed=seeds, counts=class_counts)
def test_ldam_without_margin_is_cross_entropy_of_the_scaled_cosines(make_context, seed, counts):
    values, labels = cosines(seed, len(counts))
    loss = build(make_context, counts, "ldam", max_margin=0.0)
    expected = reference.cross_entropy(SCALE * values, labels)
    np.testing.assert_allclose(per_sample(loss, SCALE * values, labels, SCALE), expected, rtol=1e-9, atol=1e-9)


@few
@given(seed=seeds, counts=class_counts)
def test_focal_sigmoid_with_gamma_zero_is_the_sum_of_binary_cross_entropies(make_context, seed, counts):
    logits, labels = case(seed, len(counts))
    binary = np.logaddexp(0, np.where(np.eye(len(counts))[labels] == 1, -logits, logits)).sum(axis=1)
    loss = build(make_context, counts, "focal_sigmoid", gamma=0.0)
    np.testing.assert_allclose(per_sample(loss, logits, labels), binary, rtol=1e-9)


@few
@given(seed=seeds, shift=st.floats(-50, 50), name=st.sampled_from(SHIFTABLE))
def test_adding_a_number_to_all_logits_changes_nothing(make_context, seed, shift, name):
    logits, labels = case(seed, 4)
    parameters = {"costs": "log"} if name == "expected_cost" else {}
    loss = build(make_context, [90, 30, 10, 3], name, **parameters)
    np.testing.assert_allclose(
        per_sample(loss, logits + shift, labels), per_sample(loss, logits, labels), rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize(
    "spec",
    [
        {"name": "cross_entropy", "label_smoothing": 0.1},
        {"name": "focal"},
        {"name": "focal_sigmoid", "alpha": 0.25},
        {"name": "ldam_linear"},
        {"name": "logit_adjustment"},
        {"name": "expected_cost", "costs": "inverse_frequency"},
        {"name": "combined", "losses": ["focal", "logit_adjustment"], "weights": [0.3, 2.0]},
    ],
)
def test_gradients_are_those_of_finite_differences(make_context, spec):
    loss = build_component("losses", spec, make_context([50, 10, 3])).double()
    logits, labels = case(0, 3)
    tensor = torch.from_numpy(logits).requires_grad_()
    assert torch.autograd.gradcheck(lambda z: loss(Batch(z, torch.from_numpy(labels), z)).per_sample, tensor)


def test_label_smoothing_of_one_has_the_uniform_target(make_context):
    loss = build(make_context, [9, 3, 1], "cross_entropy", label_smoothing=1.0)
    logits, labels = case(0, 3)
    np.testing.assert_allclose(per_sample(loss, logits, labels), per_sample(loss, logits, (labels + 1) % 3))


def test_ldam_margins_of_cifar100_lt_run_from_0_158_to_0_5(make_context):
    margins = build(make_context, long_tail_counts(500, 100, 100), "ldam").margins
    assert margins[0].item() == pytest.approx(0.158, abs=5e-4)
    assert margins[-1].item() == pytest.approx(0.5)
    assert (margins.diff() >= 0).all()


@pytest.mark.parametrize("confidence", [10.0, 30.0, 1e3])
def test_focal_gradient_is_finite_for_a_certain_signal_even_with_a_small_gamma(make_context, confidence):
    logits = torch.tensor([[confidence, 0.0, 0.0]], requires_grad=True)
    loss = build(make_context, [9, 3, 1], "focal", gamma=0.1)
    loss(Batch(logits, torch.tensor([0]), logits)).per_sample.sum().backward()
    assert torch.isfinite(logits.grad).all()


@pytest.mark.parametrize("name", ["ldam", "logit_adjustment", "moe_ltsei"])
def test_a_class_without_signals_is_an_error(make_context, name):
    with pytest.raises(InputError, match="class 1 has 0 signals"):
        build(make_context, [9, 0, 1], name)
