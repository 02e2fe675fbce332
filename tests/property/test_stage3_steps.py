from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei.components.stage3_steps._shared import Outputs
from ltsei.core.context import build_component
from ltsei.core.errors import InputError

COUNTS = [200, 60, 24, 9, 3]
NO_LABELS = np.empty(0, dtype=np.int64)
few = settings(max_examples=25)
seeds = st.integers(0, 10_000)


def outputs(seed, signals=30):
    rng = np.random.default_rng(seed)
    features, weight, bias = rng.normal(size=(signals, 8)), rng.normal(size=(5, 8)), rng.normal(size=5)
    return Outputs(features @ weight.T + bias, features, weight, bias)


def build(make_context, name, **parameters):
    return build_component("stage3_steps", {"name": name, **parameters}, make_context(COUNTS))


def applied(make_context, given_outputs, name, **parameters):
    return build(make_context, name, **parameters).apply(given_outputs)


@few
@given(seed=seeds, tau=st.floats(0, 2))
def test_tau_norm_is_its_formula(make_context, seed, tau):
    before = outputs(seed)
    after = applied(make_context, before, "tau_norm", tau=tau)
    expected = reference.tau_normalised_logits(before.features, before.weight, tau)
    np.testing.assert_allclose(after.logits, expected, rtol=1e-9, atol=1e-9)


def test_tau_norm_with_tau_zero_only_drops_the_bias(make_context):
    before = outputs(0)
    after = applied(make_context, before, "tau_norm", tau=0.0)
    np.testing.assert_allclose(after.logits, before.logits - before.bias, rtol=1e-12, atol=1e-12)
    assert after.bias is None


def test_tau_norm_with_tau_one_gives_every_class_the_same_norm(make_context):
    after = applied(make_context, outputs(0), "tau_norm", tau=1.0)
    np.testing.assert_allclose(np.linalg.norm(after.weight, axis=1), 1, rtol=1e-12)


def test_tau_norm_leaves_a_class_without_weight_at_zero(make_context):
    before = outputs(0)
    before.weight[2] = 0
    after = applied(make_context, before, "tau_norm", tau=1.5)
    assert (after.logits[:, 2] == 0).all()
    assert np.isfinite(after.logits).all()


def test_tau_norm_without_features_is_an_error(make_context):
    with pytest.raises(InputError, match="features"):
        applied(make_context, replace(outputs(0), features=None), "tau_norm", tau=1.0)


@few
@given(seed=seeds, tau=st.floats(0, 3))
def test_logit_adjustment_is_its_formula(make_context, seed, tau):
    before = outputs(seed)
    after = applied(make_context, before, "logit_adjustment", tau=tau)
    for c, n in enumerate(COUNTS):
        np.testing.assert_allclose(after.logits[:, c], before.logits[:, c] - tau * np.log(n / sum(COUNTS)), rtol=1e-9)


@few
@given(seed=seeds)
def test_adjusting_logits_undoes_the_adjustment_of_the_loss(make_context, seed):
    """The probabilities of z - log prior are those of z divided by the prior and normalised again."""
    before = outputs(seed)
    after = applied(make_context, before, "logit_adjustment")
    divided = np.stack([reference.softmax(z) for z in before.logits]) / np.array(COUNTS)
    expected = divided / divided.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.stack([reference.softmax(z) for z in after.logits]), expected, rtol=1e-9)


def test_logit_adjustment_is_stored_apart_from_the_trained_bias(make_context):
    before = outputs(0)
    after = applied(
        make_context, applied(make_context, before, "logit_adjustment", tau=0.5), "logit_adjustment", tau=0.2
    )
    assert np.array_equal(after.bias, before.bias)
    np.testing.assert_allclose(after.offset, -0.7 * np.log(np.array(COUNTS) / sum(COUNTS)))


def test_logit_adjustment_of_a_head_that_is_not_linear_changes_the_logits_only(make_context):
    after = applied(make_context, Outputs(np.zeros((2, 5))), "logit_adjustment")
    assert after.weight is None
    assert (np.diff(after.logits, axis=1) > 0).all()


@few
@given(seed=seeds, tau=st.floats(0, 2), strength=st.floats(0, 2), keep_bias=st.booleans())
def test_tau_norm_and_logit_adjustment_of_fixed_strength_agree_in_either_order(
    make_context, seed, tau, strength, keep_bias
):
    before, norm = outputs(seed), {"tau": tau, "keep_bias": keep_bias}
    first = applied(make_context, applied(make_context, before, "tau_norm", **norm), "logit_adjustment", tau=strength)
    last = applied(make_context, applied(make_context, before, "logit_adjustment", tau=strength), "tau_norm", **norm)
    expected = reference.tau_normalised_logits(before.features, before.weight, tau)
    expected = expected + keep_bias * before.bias - strength * np.log(np.array(COUNTS) / sum(COUNTS))
    np.testing.assert_allclose(first.logits, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(last.logits, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("names", [("tau_norm", "logit_adjustment"), ("logit_adjustment", "tau_norm")])
def test_the_second_of_two_sweeps_starts_from_the_choice_of_the_first(make_context, names):
    unbiased = outputs(0)
    bias = np.log(np.array(COUNTS) / sum(COUNTS))
    plain = unbiased.logits - unbiased.bias
    before, labels = replace(unbiased, logits=plain + bias, bias=bias), plain.argmax(axis=1)
    steps = [build(make_context, name, tau=None) for name in names]
    rows = steps[0].fit(before, labels)
    between = steps[0].apply(before)
    rows += steps[1].fit(between, labels)
    rated = [row["balanced_accuracy"] for row in rows]
    assert [row["value"] for row in rows] == 2 * [round(0.1 * step, 1) for step in range(21)]
    assert max(rated[21:]) == next(row["balanced_accuracy"] for row in rows[21:] if row["chosen"])
    alone = build(make_context, names[1], tau=None).fit(before, labels)
    assert [row["balanced_accuracy"] for row in alone] != rated[21:]


def test_the_order_of_temperature_scaling_and_logit_adjustment_matters(make_context):
    before, log_prior = outputs(0), np.log(np.array(COUNTS) / sum(COUNTS))
    cooled = applied(
        make_context, applied(make_context, before, "temperature_scaling", temperature=2.0), "logit_adjustment"
    )
    both = applied(
        make_context, applied(make_context, before, "logit_adjustment"), "temperature_scaling", temperature=2.0
    )
    np.testing.assert_allclose(cooled.logits, before.logits / 2 - log_prior)
    np.testing.assert_allclose(both.logits, (before.logits - log_prior) / 2)


def test_tau_norm_can_keep_the_bias(make_context):
    before = outputs(0)
    np.testing.assert_allclose(applied(make_context, before, "tau_norm", tau=0.0, keep_bias=True).logits, before.logits)


@pytest.mark.parametrize("keep_bias", [True, False])
def test_tau_norm_treats_weights_on_gate_probabilities_as_biases(make_context, keep_bias):
    plain = outputs(0)
    gate = np.random.default_rng(1).dirichlet(np.ones(2), 30)
    of_experts = np.random.default_rng(2).normal(size=(5, 2))
    mixture = replace(
        plain,
        logits=plain.logits + gate @ of_experts.T,
        features=np.hstack([plain.features, gate]),
        weight=np.hstack([plain.weight, of_experts]),
        bias_columns=(8, 9),
    )
    after = applied(make_context, mixture, "tau_norm", tau=0.7, keep_bias=keep_bias)
    expected = applied(make_context, plain, "tau_norm", tau=0.7, keep_bias=keep_bias).logits
    np.testing.assert_allclose(after.logits, expected + keep_bias * gate @ of_experts.T)


@pytest.mark.parametrize("name", ["tau_norm", "logit_adjustment"])
def test_the_grid_includes_its_ends_and_has_clean_values(make_context, name):
    rows = build(make_context, name, tau=None).fit(outputs(0), np.arange(30) % 5)
    assert [row["value"] for row in rows] == [round(0.1 * step, 1) for step in range(21)]


def test_the_grid_includes_its_end_where_division_falls_short_of_a_whole_number(make_context):
    rows = build(make_context, "logit_adjustment", tau=None, grid=[0.0, 0.3, 0.1]).fit(Outputs(np.eye(5)), np.arange(5))
    assert [row["value"] for row in rows] == [0.0, 0.1, 0.2, 0.3]


def test_of_equally_good_values_the_smallest_is_chosen(make_context):
    perfect = Outputs(np.eye(5) * 1e3)
    rows = build(make_context, "logit_adjustment", tau=None, grid=[0.5, 1.5, 0.5]).fit(perfect, np.arange(5))
    assert [(row["value"], row["balanced_accuracy"], row["chosen"]) for row in rows] == [
        (0.5, 1.0, True),
        (1.0, 1.0, False),
        (1.5, 1.0, False),
    ]


def test_the_sweep_finds_the_value_that_undoes_a_bias_towards_frequent_classes(make_context):
    log_prior = np.log(np.array(COUNTS) / sum(COUNTS))
    biased = Outputs(np.eye(5) * 1e-3 + 1.3 * log_prior)
    step = build(make_context, "logit_adjustment", tau=None)
    rows = step.fit(biased, np.arange(5))
    (chosen,) = [row for row in rows if row["chosen"]]
    assert chosen["value"] == 1.3
    assert chosen["balanced_accuracy"] == 1


def test_a_fixed_value_is_rated_on_validation_data(make_context):
    rows = build(make_context, "logit_adjustment", tau=1.0).fit(Outputs(np.eye(5) * 1e3), np.arange(5))
    assert rows == [{"parameter": "tau", "value": 1.0, "balanced_accuracy": 1.0, "chosen": True}]


@pytest.mark.parametrize("name", ["tau_norm", "temperature_scaling"])
def test_a_sweep_without_validation_data_is_an_error(make_context, name):
    with pytest.raises(InputError, match="null is chosen on validation"):
        build(make_context, name).fit(outputs(0, signals=0), NO_LABELS)


@pytest.mark.parametrize("name", ["tau_norm", "temperature_scaling"])
def test_applying_a_sweep_before_it_is_fitted_is_an_error(make_context, name):
    with pytest.raises(RuntimeError, match="fit"):
        applied(make_context, outputs(0), name)


@pytest.mark.parametrize("grid", [[0.0, 2.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.1]])
def test_a_grid_without_values_is_an_error(make_context, grid):
    with pytest.raises(InputError, match="grid: got"):
        build(make_context, "tau_norm", grid=grid)
