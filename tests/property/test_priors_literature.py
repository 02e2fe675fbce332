"""Class weights, head biases and post-hoc steps of the literature against their formulas."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from property import _reference as reference
from property._cases import NO_LABELS, few, seeds, unbiased_outputs

from ltsei.components.stage3_steps._shared import Outputs
from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.numerics.long_tail import long_tail_counts
from ltsei.numerics.validation_scores import balanced_loss

COUNTS = [200, 60, 24, 9, 3]
class_counts = st.lists(st.integers(1, 5000), min_size=2, max_size=8)
powers = st.sampled_from([0.5, 1.0, 2.0])


def weights_of(make_context, counts, name, **parameters):
    return build_component("class_weights", {"name": name, **parameters}, make_context(counts))(0.0)


def step(make_context, name, **parameters):
    return build_component("stage3_steps", {"name": name, **parameters}, make_context(COUNTS))


@pytest.mark.parametrize("f", ["identity", "log"])
@pytest.mark.parametrize("g", ["identity", "log"])
@few
@given(counts=class_counts, f_power=powers, g_power=powers)
def test_frequency_ratio_weights_are_their_formula(make_context, counts, f, f_power, g, g_power):
    inner = {"identity": lambda n: n**f_power, "log": lambda n: math.log(1 + n) ** f_power}[f]
    outer = {"identity": lambda x: x**g_power, "log": lambda x: math.log(x) ** g_power}[g]
    total = sum(inner(n) for n in counts)
    weights = weights_of(make_context, counts, "frequency_ratio", f=f, f_power=f_power, g=g, g_power=g_power)
    np.testing.assert_allclose(weights, reference.mean_one([outer(total / inner(n)) for n in counts]), rtol=1e-9)


@pytest.mark.parametrize(
    ("parameters", "other"),
    [
        ({"f": "identity", "f_power": 0.5}, {"name": "inverse_frequency", "power": 0.5}),
        ({"f": "identity", "g_power": 0.5}, {"name": "inverse_frequency", "power": 0.5}),
        ({"f": "log"}, {"name": "log"}),
    ],
)
def test_frequency_ratio_weights_have_known_special_cases(make_context, parameters, other):
    np.testing.assert_allclose(
        weights_of(make_context, COUNTS, "frequency_ratio", g="identity", **parameters),
        weights_of(make_context, COUNTS, **other),
        rtol=1e-12,
    )


@few
@given(counts=class_counts)
def test_beta_null_is_derived_from_the_largest_class(make_context, counts):
    beta = (max(counts) - 1) / max(counts)
    expected = reference.mean_one([1 / reference.effective_number(n, beta) for n in counts])
    np.testing.assert_allclose(weights_of(make_context, counts, "effective_number", beta=None), expected, rtol=1e-9)


def test_beta_null_lies_between_uniform_weights_and_the_inverse_frequency(make_context):
    counts = long_tail_counts(500, 100, 100)
    weights = weights_of(make_context, counts, "effective_number", beta=None)
    assert weights[-1] / weights[0] == pytest.approx((1 - (499 / 500) ** 500) / (1 - (499 / 500) ** 5), rel=1e-9)
    assert 60 < weights[-1] / weights[0] < 65


@pytest.mark.parametrize("tau", [0.0, 0.5, 1.0, 2.0])
def test_the_log_prior_bias_has_the_strength_tau(make_context, tau):
    head = build_component("heads", {"name": "linear", "bias_init": "log_prior", "tau": tau}, make_context(COUNTS))
    np.testing.assert_allclose(head.bias.detach(), tau * np.log(np.array(COUNTS) / sum(COUNTS)), rtol=1e-6)


def test_the_strength_of_the_bias_is_one_unless_given(make_context):
    heads = []
    for tau in ({}, {"tau": 1.0}):
        torch.manual_seed(3)
        heads.append(
            build_component("heads", {"name": "linear", "bias_init": "log_prior", **tau}, make_context(COUNTS))
        )
    assert torch.equal(heads[0].weight, heads[1].weight)
    assert torch.equal(heads[0].bias, heads[1].bias)


@pytest.mark.parametrize("bias_init", ["default", "zero", "one_vs_rest"])
def test_a_strength_without_effect_is_an_error(make_context, bias_init):
    with pytest.raises(InputError, match=r"tau: got 2\.0 for bias_init"):
        build_component("heads", {"name": "linear", "bias_init": bias_init, "tau": 2.0}, make_context(COUNTS))


@few
@given(seed=seeds, tau=st.floats(0, 2))
def test_inverse_image_frequency_is_its_formula(make_context, seed, tau):
    before = unbiased_outputs(seed)
    after = step(make_context, "iif", tau=tau).apply(before)
    for c, n in enumerate(COUNTS):
        factor = math.log(sum(COUNTS) / n) ** tau
        np.testing.assert_allclose(after.logits[:, c], before.logits[:, c] * factor, rtol=1e-9)


@few
@given(seed=seeds, tau=st.floats(0, 2), thresholds=st.lists(st.floats(0.01, 10), min_size=5, max_size=5))
def test_scores_are_probabilities_divided_by_thresholds(make_context, seed, tau, thresholds):
    before = unbiased_outputs(seed)
    after = step(make_context, "thresholds", tau=tau, thresholds=thresholds).apply(before)
    for z, changed in zip(before.logits, after.logits, strict=True):
        limits = [theta * (n / sum(COUNTS)) ** tau for theta, n in zip(thresholds, COUNTS, strict=True)]
        divided = reference.softmax(z) / np.array(limits)
        np.testing.assert_allclose(reference.softmax(changed), divided / divided.sum(), rtol=1e-8, atol=1e-12)


@few
@given(seed=seeds, tau=st.floats(0, 2))
def test_thresholds_by_a_power_of_the_prior_are_logit_adjustment(make_context, seed, tau):
    before = unbiased_outputs(seed)
    values = [step(make_context, name, tau=tau).apply(before) for name in ("thresholds", "logit_adjustment")]
    np.testing.assert_allclose(values[0].logits, values[1].logits, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(values[0].offset, values[1].offset, rtol=1e-12, atol=1e-12)


def test_a_signal_above_its_threshold_belongs_to_the_class(make_context):
    """Two classes, thresholds 0.8 and 0.2: the second wins from a probability of 0.2 on."""
    build = {"name": "thresholds", "tau": 0.0, "thresholds": [0.8, 0.2]}
    divided = build_component("stage3_steps", build, make_context([9, 1]))
    probabilities = np.array([[0.81, 0.19], [0.79, 0.21]])
    assert divided.apply(Outputs(np.log(probabilities))).logits.argmax(axis=1).tolist() == [0, 1]


def biased_outputs(seed, offsets, signals=400):
    """Outputs whose logits are right but for a number added to each class, and their labels."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 5, signals)
    logits = rng.normal(size=(signals, 5)) + 3 * np.eye(5)[labels]
    return Outputs(logits + offsets), labels


def test_the_search_finds_thresholds_that_undo_an_offset_of_single_classes(make_context):
    offsets = np.array([0.0, 2.0, 0.0, -2.0, 0.0])
    before, labels = biased_outputs(0, offsets)
    searched = step(make_context, "thresholds", tau=0.0, rounds=4)
    searched.fit(before, labels)
    restored = balanced_loss(before.logits - offsets, labels)
    assert balanced_loss(searched.apply(before).logits, labels) < restored + 0.02
    assert balanced_loss(before.logits, labels) > restored + 0.3


def test_the_search_leaves_classes_without_validation_signals_alone(make_context):
    before, labels = biased_outputs(1, np.zeros(5))
    few_classes = labels < 3
    searched = step(make_context, "thresholds", tau=0.0, rounds=2)
    searched.fit(Outputs(before.logits[few_classes] + [1.0, 0, 0, 0, 0]), labels[few_classes])
    assert searched.chosen()["thresholds"][3:] == [1.0, 1.0]
    assert searched.chosen()["thresholds"][0] > 1


def test_what_the_search_chose_is_applied_without_searching_again(make_context):
    before, labels = biased_outputs(2, np.array([1.0, 0, 0, 0, -1.0]))
    searched = step(make_context, "thresholds", tau=None, rounds=2)
    searched.fit(before, labels)
    stored = step(make_context, **{"name": "thresholds", **searched.chosen()})
    stored.fit(Outputs(np.empty((0, 5))), NO_LABELS)
    np.testing.assert_allclose(stored.apply(before).logits, searched.apply(before).logits, rtol=1e-12, atol=1e-12)


def test_a_search_without_validation_data_is_an_error(make_context):
    with pytest.raises(InputError, match="rounds: got 2, but there is no validation data"):
        step(make_context, "thresholds", tau=0.0, rounds=2).fit(Outputs(np.empty((0, 5))), NO_LABELS)


def test_thresholds_for_another_number_of_classes_are_an_error(make_context):
    with pytest.raises(InputError, match="got 2 values, expected one for each of 5 classes"):
        step(make_context, "thresholds", thresholds=[1.0, 2.0])
