from dataclasses import replace

import numpy as np
import pytest
from conftest import sklearn_metrics
from scipy.special import softmax

from ltsei.components.stage3_steps._shared import Outputs, TrainingSet
from ltsei.core import registry
from ltsei.core.context import build_component

EXAMPLES = {}
"""Parameters of members that have some without a default."""
NEUTRAL = {"temperature_scaling": {"temperature": 1.0}, "ncm": None, "expert_stability": {}}
"""Parameters with which a step changes nothing, None where no such exist; of other steps the swept parameter at 0."""
NAMES = registry.names("stage3_steps")
WITHOUT_HEAD = ("ncm",)
"""Steps that replace the linear head by something else."""


def build(name, context, **parameters):
    return build_component("stage3_steps", {"name": name, **EXAMPLES.get(name, {}), **parameters}, context)


def swept(name):
    return registry.declared("stage3_steps", name, "SWEEPS", None)


@pytest.fixture
def outputs():
    rng = np.random.default_rng(0)
    features, weight = rng.normal(size=(40, 8)), rng.normal(size=(5, 8))
    return Outputs(features @ weight.T, features, weight)


@pytest.fixture
def labels():
    return np.arange(40) % 5


@pytest.fixture
def training():
    return TrainingSet(np.random.default_rng(1).normal(size=(30, 8)), np.arange(30) % 5)


def logits_of(outputs):
    added = [part for part in (outputs.bias, outputs.offset) if part is not None]
    return outputs.features @ outputs.weight.T + sum(added)


@pytest.mark.parametrize("name", [name for name in NAMES if NEUTRAL.get(name, {}) is not None])
def test_the_neutral_parameter_is_the_identity(name, outputs, labels, training, make_context):
    step = build(name, make_context(), **NEUTRAL.get(name, {swept(name): 0.0}))
    step.fit(outputs, labels, training)
    np.testing.assert_allclose(step.apply(outputs).logits, outputs.logits, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_result_is_finite_and_the_given_outputs_are_left_unchanged(name, outputs, labels, training, make_context):
    before = replace(outputs, logits=outputs.logits.copy(), weight=outputs.weight.copy())
    step = build(name, make_context())
    step.fit(outputs, labels, training)
    result = step.apply(outputs)
    assert result.logits.shape == outputs.logits.shape
    assert np.isfinite(result.logits).all()
    assert np.array_equal(outputs.logits, before.logits)
    assert np.array_equal(outputs.weight, before.weight)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in WITHOUT_HEAD])
def test_the_changed_head_gives_the_changed_logits(name, outputs, labels, training, make_context):
    bias = np.linspace(-1, 1, 5)
    biased = replace(outputs, logits=outputs.logits + bias, bias=bias)
    step = build(name, make_context())
    step.fit(biased, labels, training)
    result = step.apply(biased)
    np.testing.assert_allclose(logits_of(result), result.logits, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", WITHOUT_HEAD)
def test_a_step_that_replaces_the_head_leaves_no_head(name, outputs, labels, training, make_context):
    step = build(name, make_context())
    step.fit(outputs, labels, training)
    result = step.apply(replace(outputs, bias=np.ones(5)))
    assert (result.weight, result.bias) == (None, None)


@pytest.mark.parametrize("name", [name for name in NAMES if swept(name)])
def test_the_sweep_chooses_a_best_value_and_uses_it(name, outputs, labels, training, make_context):
    by = {"select_by": "val_balanced_accuracy"} if "select_by" in registry.parameters("stage3_steps", name) else {}
    step = build(name, make_context(), **{swept(name): None}, **by)
    rows = step.fit(outputs, labels, training)
    (chosen,) = [row for row in rows if row["chosen"]]
    fixed = build(name, make_context(), **{swept(name): chosen["value"]})
    assert len(rows) > 1
    assert chosen["balanced_accuracy"] == max(row["balanced_accuracy"] for row in rows)
    assert np.array_equal(step.apply(outputs).logits, fixed.apply(outputs).logits)


SCORES = {
    "val_accuracy": lambda logits, labels: sklearn_metrics().accuracy_score(labels, logits.argmax(1)),
    "val_balanced_accuracy": lambda logits, labels: sklearn_metrics().balanced_accuracy_score(labels, logits.argmax(1)),
    "val_macro_f1": lambda logits, labels: sklearn_metrics().f1_score(labels, logits.argmax(1), average="macro"),
    "val_loss": lambda logits, labels: -sklearn_metrics().log_loss(labels, softmax(logits, axis=1)),
    "val_balanced_loss": lambda logits, labels: (
        -sklearn_metrics().log_loss(
            labels, softmax(logits, axis=1), sample_weight=1 / (1 + np.bincount(labels)[labels])
        )
    ),
}


@pytest.mark.parametrize("name", [name for name in NAMES if swept(name)])
@pytest.mark.parametrize("select_by", SCORES)
def test_the_sweep_goes_by_the_score_that_select_by_names(name, select_by, outputs, make_context):
    if "select_by" not in registry.parameters("stage3_steps", name):
        pytest.skip("its parameter has one criterion")
    rng = np.random.default_rng(3)
    labels = np.where(
        rng.random(40) < 0.6, outputs.logits.argmax(1), rng.choice(5, size=40, p=[0.5, 0.2, 0.1, 0.1, 0.1])
    )
    step = build(name, make_context(), **{swept(name): None, "select_by": select_by})
    rows = step.fit(outputs, labels)
    tried = [build(name, make_context(), **{swept(name): row["value"]}).apply(outputs).logits for row in rows]
    scores = [SCORES[select_by](logits, labels) for logits in tried]
    assert len(set(np.round(scores, 9))) > 1
    assert [row["chosen"] for row in rows].index(True) == int(np.argmax(np.round(scores, 12)))


@pytest.mark.parametrize("name", [name for name in NAMES if swept(name)])
def test_a_fixed_value_has_one_row_without_a_rating_where_there_is_no_validation_data(name, make_context):
    step = build(name, make_context(), **{swept(name): 0.5})
    rows = step.fit(Outputs(np.empty((0, 5)), np.empty((0, 8)), np.ones((5, 8))), np.empty(0, dtype=np.int64))
    assert rows == [{"parameter": swept(name), "value": 0.5, "balanced_accuracy": None, "chosen": True}]


@pytest.mark.parametrize("name", NAMES)
def test_what_earlier_steps_have_added_stays(name, outputs, labels, training, make_context):
    """A step that replaces the classifier must not undo an adjustment for the prior."""
    offset = np.array([0.0, 1e6, 0.0, 0.0, 0.0])
    adjusted = replace(outputs, logits=outputs.logits + offset, offset=offset)
    step = build(name, make_context())
    step.fit(adjusted, labels, training)
    result = step.apply(adjusted)
    assert (result.logits.argmax(axis=1) == 1).all()
    assert result.offset[1] > 1e3


@pytest.mark.parametrize("name", NAMES)
def test_fitting_the_same_data_gives_the_same_result(name, outputs, labels, training, make_context):
    steps = [build(name, make_context()) for _ in range(2)]
    assert steps[0].fit(outputs, labels, training) == steps[1].fit(outputs, labels, training)
    assert np.array_equal(steps[0].apply(outputs).logits, steps[1].apply(outputs).logits)
