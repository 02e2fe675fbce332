"""Weights of experts by the stability of their predictions, against the formula computed signal by signal."""

import itertools

import numpy as np
import pytest

from ltsei.components.stage3_steps._shared import Outputs
from ltsei.components.stage3_steps._views import viewed
from ltsei.components.stage3_steps.expert_stability import agreement, learnt
from ltsei.core.context import build_component
from ltsei.core.errors import InputError

SIGNALS, CLASSES = 60, 5


def experts(*noise, seed=0):
    """Logits of experts for signals and two views, [3, K, N, C], each expert with noise of its own in the views."""
    rng = np.random.default_rng(seed)
    logits = 2 * rng.standard_normal((len(noise), SIGNALS, CLASSES))
    scale = np.array(noise)[:, None, None]
    return np.stack([logits, *(logits + scale * rng.standard_normal(logits.shape) for _ in range(2))])


def stability(weights, first, second):
    """The mean over signals of the cosine of the two predictions of the weighted experts."""
    cosines = []
    for n in range(first.shape[1]):
        predictions = []
        for view in (first, second):
            powers = np.exp(sum(w * view[e, n] for e, w in enumerate(weights)))
            predictions.append(powers / powers.sum())
        p, q = predictions
        cosines.append(p @ q / np.sqrt((p @ p) * (q @ q)))
    return np.mean(cosines)


def grid(count, low, steps):
    """All weights of `count` experts that are multiples of 1/steps and at least `low`."""
    values = np.linspace(0, 1, steps + 1)
    for head in itertools.product(values, repeat=count - 1):
        weights = np.array([*head, 1 - sum(head)])
        if weights.min() >= low - 1e-12:
            yield weights


def step(make_context, **parameters):
    return build_component("stage3_steps", {"name": "expert_stability", **parameters}, make_context())


def after(make_context, views, **parameters):
    before = Outputs(views[0].mean(axis=0))
    return step(make_context, **parameters).apply(viewed(before, views)).logits


@pytest.mark.parametrize("weights", [(0.5, 0.5), (0.2, 0.3, 0.5), (1.0, 0.0)])
def test_the_agreement_and_its_gradient_are_those_of_the_formula(weights):
    _, first, second = experts(*np.linspace(0.3, 1.0, len(weights)))
    value, gradient = agreement(np.array(weights), first, second)
    assert value == pytest.approx(stability(weights, first, second), rel=1e-12)
    for expert in range(len(weights)):
        shift = 1e-5 * np.eye(len(weights))[expert]
        ends = [stability(np.array(weights) + sign * shift, first, second) for sign in (1, -1)]
        assert gradient[expert] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-8)


@pytest.mark.parametrize(("noise", "steps"), [((0.5, 0.8), 200), ((0.6, 0.7, 0.9), 40)])
def test_without_a_minimum_no_weights_of_a_grid_agree_more(noise, steps):
    _, first, second = experts(*noise)
    weights = learnt(first, second, 0.0, None)
    best = max(grid(len(noise), 0.0, steps), key=lambda each: stability(each, first, second))
    assert stability(weights, first, second) >= stability(best, first, second) - 1e-6
    np.testing.assert_allclose(weights, best, atol=1.5 / steps)
    assert weights.min() > 0.05 and weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("minimum", [0.05, 0.2])
def test_the_weight_moves_to_a_stable_expert_until_that_of_the_other_is_minimal(minimum):
    """With two experts this is the best of all weights that respect the minimum."""
    _, first, second = experts(0.1, 4.0)
    weights = learnt(first, second, minimum, None)
    best = max(grid(2, minimum, 100), key=lambda each: stability(each, first, second))
    np.testing.assert_allclose(weights, best, atol=1e-4)
    np.testing.assert_allclose(weights, [1 - minimum, minimum], atol=1e-4)


def test_the_ascent_goes_uphill_along_the_gradient_of_the_logarithms_of_the_weights():
    """Small steps of that ascent from equal weights are at the same place after the same time."""
    _, first, second = experts(0.3, 0.6, 1.2)
    position, size, count = np.zeros(3), 0.02, 500
    for _ in range(count):
        weights = np.exp(position) / np.exp(position).sum()
        gradient = agreement(weights, first, second)[1]
        position += size * weights * (gradient - weights @ gradient)
    expected = np.exp(position) / np.exp(position).sum()
    np.testing.assert_allclose(learnt(first, second, 0.0, size * count), expected, atol=1e-3)
    assert np.ptp(expected) > 0.1


def test_equal_weights_leave_the_logits_exactly_as_they_are(make_context):
    views = experts(0.0, 0.0, 0.0)  # both views of each expert are the signals: every weight agrees fully
    assert np.array_equal(after(make_context, views), views[0].mean(axis=0))
    plain = Outputs(views[0].mean(axis=0))
    assert step(make_context).apply(plain) is plain


def test_experts_that_are_the_same_keep_their_logits_whatever_their_weights(make_context):
    views = np.repeat(experts(0.7), 3, axis=1)
    np.testing.assert_allclose(after(make_context, views), views[0, 0], rtol=1e-12, atol=1e-12)


def test_the_logits_are_the_weighted_ones_of_the_signals_themselves(make_context):
    views = experts(0.1, 4.0)
    logits = after(make_context, views, epochs=None, min_weight=0.1)
    np.testing.assert_allclose(logits, 0.9 * views[0, 0] + 0.1 * views[0, 1], atol=1e-3)
    assert np.array_equal(logits, after(make_context, views.copy(), epochs=None, min_weight=0.1))


def test_the_ascent_is_as_long_as_five_epochs_of_steps_of_length_one_on_128_signals(make_context):
    views = experts(0.3, 0.6, 1.2)
    weights = learnt(views[1], views[2], 0.05, 5 * SIGNALS / 128)
    np.testing.assert_allclose(after(make_context, views), np.tensordot(weights, views[0], 1), atol=1e-12)


def test_views_of_other_signals_and_a_minimum_that_is_too_large_are_refused(make_context):
    views = experts(0.5, 0.5, 0.5)
    with pytest.raises(InputError, match=r"views: got shape \(3, 3, 60, 5\), expected 3, experts and \(59, 5\)"):
        viewed(Outputs(views[0].mean(axis=0)[1:]), views)
    with pytest.raises(InputError, match=r"min_weight: got 0.4, expected below 0.333, the equal weight of 3 experts"):
        after(make_context, views, min_weight=0.4)
