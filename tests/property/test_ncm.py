from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from property import _reference as reference
from property._cases import NO_LABELS, few, seeds
from property._cases import unbiased_outputs as outputs

from ltsei.components.stage3_steps._shared import TrainingSet
from ltsei.core.context import build_component
from ltsei.core.errors import InputError


def build(make_context, **parameters):
    return build_component("stage3_steps", {"name": "ncm", **parameters}, make_context())


@few
@given(seed=seeds, kind=st.sampled_from(["un", "l2n", "cl2n"]), metric=st.sampled_from(["euclidean", "cosine"]))
def test_nearest_class_mean_is_its_formula(make_context, seed, kind, metric):
    rng = np.random.default_rng(seed)
    training = TrainingSet(rng.normal(size=(20, 8)) + 1, np.arange(20) % 5)
    step = build(make_context, features=kind, metric=metric)
    assert step.fit(outputs(seed), NO_LABELS, training) == []
    expected = reference.nearest_class_mean(training.features, training.labels, outputs(seed).features, kind, metric)
    np.testing.assert_allclose(step.apply(outputs(seed)).logits, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("kind", ["l2n", "cl2n"])
def test_the_length_of_a_feature_does_not_matter_where_features_are_normalised(make_context, kind):
    training = TrainingSet(np.random.default_rng(0).normal(size=(20, 8)), np.arange(20) % 5)
    centre = training.features.mean(axis=0) if kind == "cl2n" else 0.0
    step, before = build(make_context, features=kind), outputs(0)
    step.fit(before, NO_LABELS, training)
    longer = replace(before, features=centre + 3 * (before.features - centre))
    np.testing.assert_allclose(step.apply(longer).logits, step.apply(before).logits, rtol=1e-9)


def test_the_nearest_class_mean_ignores_the_classifier_before_it(make_context):
    training = TrainingSet(np.random.default_rng(0).normal(size=(20, 8)), np.arange(20) % 5)
    step, before = build(make_context), outputs(0)
    step.fit(before, NO_LABELS, training)
    after = step.apply(replace(before, logits=0 * before.logits, weight=None, bias=None))
    assert np.array_equal(after.logits, step.apply(before).logits)
    assert after.weight is None


def test_the_nearest_class_mean_ignores_gate_probabilities(make_context):
    rng = np.random.default_rng(0)
    training = TrainingSet(rng.normal(size=(20, 8)), np.arange(20) % 5)
    before, gate = outputs(0), rng.dirichlet(np.ones(2), 30)
    plain, mixture = build(make_context), build(make_context)
    plain.fit(before, NO_LABELS, training)
    wider = replace(before, features=np.hstack([before.features, gate]), bias_columns=(8, 9))
    mixture.fit(wider, NO_LABELS, replace(training, features=np.hstack([training.features, gate[:20]])))
    assert np.array_equal(mixture.apply(wider).logits, plain.apply(before).logits)


@pytest.mark.parametrize(
    ("training", "message"),
    [(None, "training: features"), (TrainingSet(np.ones((3, 8)), np.array([0, 1, 2])), "class 3 has no signals")],
)
def test_nearest_class_mean_without_features_of_every_class_is_an_error(make_context, training, message):
    with pytest.raises(InputError, match=message):
        build(make_context).fit(outputs(0), NO_LABELS, training)


def test_applying_the_means_before_they_are_computed_is_an_error(make_context):
    with pytest.raises(RuntimeError, match="fit"):
        build(make_context).apply(outputs(0))
