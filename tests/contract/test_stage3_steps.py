from dataclasses import replace

import numpy as np
import pytest

from ltsei import components
from ltsei.stage3_steps._shared import Outputs

EXAMPLES = {}
"""Parameters for members which have some without a default."""
NEUTRAL = {}
"""Parameters with which a step changes nothing, for members which sweep none; else the swept one at 0."""
NAMES = components.names("stage3_steps")


def build(name, context, **parameters):
    return components.build("stage3_steps", {"name": name, **EXAMPLES.get(name, {}), **parameters}, context)


def swept(name):
    return components.declared("stage3_steps", name, "SWEEPS", None)


@pytest.fixture
def outputs():
    rng = np.random.default_rng(0)
    features, weight = rng.normal(size=(40, 8)), rng.normal(size=(5, 8))
    return Outputs(features @ weight.T, features, weight)


@pytest.fixture
def labels():
    return np.arange(40) % 5


def logits_of(outputs):
    return outputs.features @ outputs.weight.T + (0 if outputs.bias is None else outputs.bias)


@pytest.mark.parametrize("name", NAMES)
def test_the_neutral_parameter_is_the_identity(name, outputs, labels, make_context):
    step = build(name, make_context(), **NEUTRAL.get(name, {swept(name): 0.0}))
    step.fit(outputs, labels)
    np.testing.assert_allclose(step.apply(outputs).logits, outputs.logits, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_result_is_finite_and_the_given_outputs_stay(name, outputs, labels, make_context):
    before = replace(outputs, logits=outputs.logits.copy(), weight=outputs.weight.copy())
    step = build(name, make_context())
    step.fit(outputs, labels)
    result = step.apply(outputs)
    assert result.logits.shape == outputs.logits.shape
    assert np.isfinite(result.logits).all()
    assert np.array_equal(outputs.logits, before.logits)
    assert np.array_equal(outputs.weight, before.weight)


@pytest.mark.parametrize("name", NAMES)
def test_the_changed_head_says_the_changed_logits(name, outputs, labels, make_context):
    bias = np.linspace(-1, 1, 5)
    biased = replace(outputs, logits=outputs.logits + bias, bias=bias)
    step = build(name, make_context())
    step.fit(biased, labels)
    result = step.apply(biased)
    if result.weight is not None:
        np.testing.assert_allclose(logits_of(result), result.logits, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", [name for name in NAMES if swept(name)])
def test_the_sweep_chooses_a_best_value_and_uses_it(name, outputs, labels, make_context):
    step = build(name, make_context(), **{swept(name): None})
    rows = step.fit(outputs, labels)
    (chosen,) = [row for row in rows if row["chosen"]]
    fixed = build(name, make_context(), **{swept(name): chosen["value"]})
    assert len(rows) > 1
    assert chosen["balanced_accuracy"] == max(row["balanced_accuracy"] for row in rows)
    assert np.array_equal(step.apply(outputs).logits, fixed.apply(outputs).logits)


@pytest.mark.parametrize("name", [name for name in NAMES if swept(name)])
def test_a_fixed_value_has_one_row_without_a_rating_where_there_is_no_validation_data(name, make_context):
    step = build(name, make_context(), **{swept(name): 0.5})
    rows = step.fit(Outputs(np.empty((0, 5)), np.empty((0, 8)), np.ones((5, 8))), np.empty(0, dtype=np.int64))
    assert rows == [{"parameter": swept(name), "value": 0.5, "balanced_accuracy": None, "chosen": True}]
