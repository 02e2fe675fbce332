import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from property import _reference as reference
from property._cases import few, seeds
from property._cases import unbiased_outputs as outputs

from ltsei.components.stage3_steps._shared import Outputs
from ltsei.core.context import build_component


def build(make_context, **parameters):
    return build_component("stage3_steps", {"name": "temperature_scaling", **parameters}, make_context())


@few
@given(seed=seeds, temperature=st.floats(0.05, 20))
def test_temperature_scaling_is_its_formula_and_keeps_the_decisions(make_context, seed, temperature):
    before = outputs(seed)
    after = build(make_context, temperature=temperature).apply(before)
    np.testing.assert_allclose(after.logits, before.logits / temperature, rtol=1e-12)
    assert np.array_equal(after.logits.argmax(axis=1), before.logits.argmax(axis=1))


def test_the_scaled_logits_are_those_of_the_scaled_head(make_context):
    """A later step may replace the classifier, and keeps weight, bias or offset as this step leaves them."""
    rng = np.random.default_rng(0)
    features, weight, bias, offset = (rng.normal(size=size) for size in ((7, 4), (5, 4), 5, 5))
    before = Outputs(features @ weight.T + bias + offset, features, weight, bias, offset)
    after = build(make_context, temperature=2.5).apply(before)
    np.testing.assert_allclose(after.logits, before.logits / 2.5)
    for name in ("weight", "bias", "offset"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name) / 2.5)
    assert after.features is before.features


@few
@given(seed=seeds, sharpness=st.sampled_from([0.3, 1.0, 5.0]))
def test_no_temperature_is_more_likely_than_the_chosen_one(make_context, seed, sharpness):
    rng = np.random.default_rng(seed)
    labels = np.arange(60) % 5
    given_outputs = Outputs(sharpness * (rng.normal(size=(60, 5)) + np.eye(5)[labels]))
    step = build(make_context)
    rows = step.fit(given_outputs, labels)
    chosen = reference.negative_log_likelihood(step.apply(given_outputs).logits, labels)
    others = [reference.negative_log_likelihood(given_outputs.logits / t, labels) for t in np.geomspace(0.1, 50, 80)]
    assert chosen <= min(others) + 1e-9
    assert [(row["value"], row["chosen"]) for row in rows] == [(1.0, False), (step.temperature, True)]


def test_logits_that_are_twice_as_sharp_are_scaled_by_twice_the_temperature(make_context):
    rng, labels = np.random.default_rng(0), np.arange(60) % 5
    logits = rng.normal(size=(60, 5)) + np.eye(5)[labels]
    chosen = []
    for sharpness in (1.0, 2.0):
        step = build(make_context)
        step.fit(Outputs(sharpness * logits), labels)
        chosen.append(step.temperature)
    assert chosen[1] == pytest.approx(2 * chosen[0], rel=1e-5)


def test_perfectly_classified_validation_data_still_gives_a_temperature_above_the_limit(make_context):
    step = build(make_context)
    step.fit(Outputs(np.eye(5)), np.arange(5))
    assert 0.01 <= step.temperature < 0.05
