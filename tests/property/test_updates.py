"""Updates that treat classes differently or constrain weights, against transcriptions in NumPy."""

import numpy as np
import pytest
import torch
from torch import nn

from ltsei.components.mixers._shared import Pair
from ltsei.core.context import build_component
from ltsei.training.repeatable_step import RepeatableStep

COUNTS = np.array([200, 60, 24, 9, 3])
SIGNALS, FEATURES, CLASSES = 20, 4, 5
TERM = 0.1
"""Strength of the named term: that of the squared weights."""


def problem(seed):
    """Return inputs, labels, and the weights of a softmax regression, float64."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(SIGNALS, FEATURES)), np.arange(SIGNALS) % CLASSES, rng.normal(size=(CLASSES, FEATURES))


def gradient(inputs, labels, weight, factors):
    """Return the gradient of the mean cross-entropy with a factor for each class."""
    total = np.zeros_like(weight)
    for x, y in zip(inputs, labels, strict=True):
        scores = np.exp(weight @ x)
        error = scores / scores.sum()
        error[y] -= 1
        total += factors[y] * np.outer(error, x) / len(inputs)
    return total


def climbed(inputs, labels, weight, factors, rho):
    own = gradient(inputs, labels, weight, factors)
    return gradient(inputs, labels, weight + rho * own / np.sqrt((own**2).sum()), factors)


class Regression:
    """A softmax regression whose gradient an update takes."""

    def __init__(self, seed, term=0.0):
        inputs, labels, weight = problem(seed)
        self.inputs, self.labels, self.term = torch.from_numpy(inputs), torch.from_numpy(labels), term
        self.layer = nn.Linear(FEATURES, CLASSES, bias=False).double()
        with torch.no_grad():
            self.layer.weight.copy_(torch.from_numpy(weight))
        self.passes = 0

    def add_gradient(self, factors):
        self.passes += 1
        losses = nn.functional.cross_entropy(self.layer(self.inputs), self.labels, reduction="none")
        if factors is None:
            (losses.mean() + self.term * self.layer.weight.square().sum()).backward()
        else:
            (losses * factors[self.labels]).mean().backward()

    def taken(self, make_context, name, **parameters):
        update = build_component("updates", {"name": name, **parameters}, make_context(COUNTS))
        update.start(self.layer)
        update.take_gradient(RepeatableStep(self.add_gradient, [self.layer.weight], [self.layer], torch.Generator()))
        return self.layer.weight.grad.numpy()


def taken(make_context, seed, name, term=0.0, **parameters):
    return Regression(seed, term).taken(make_context, name, **parameters)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("few_below", [10, 20, 100])
def test_imbsam_climbs_for_rare_classes_alone(make_context, seed, few_below):
    tail = (few_below > COUNTS).astype(float)
    expected = gradient(*problem(seed), 1 - tail) + climbed(*problem(seed), tail, 0.3)
    measured = taken(make_context, seed, "imbsam", rho=0.3, few_below=few_below)
    np.testing.assert_allclose(measured, expected, rtol=1e-9)
    assert np.abs(expected - gradient(*problem(seed), np.ones(CLASSES))).max() > 1e-3


def test_imbsam_without_rare_classes_is_the_plain_gradient(make_context):
    measured = taken(make_context, 0, "imbsam", few_below=3)
    assert np.array_equal(measured, gradient_of_torch())


def gradient_of_torch():
    plain = Regression(0)
    plain.add_gradient(None)
    return plain.layer.weight.grad.numpy()


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("imbsam", {"few_below": 1000}), ("focal_sam", {"gamma": 0.0, "strength": 1.0})],
)
def test_with_all_classes_alike_they_are_sam(make_context, name, parameters):
    expected = taken(make_context, 0, "sam", rho=0.2)
    np.testing.assert_allclose(taken(make_context, 0, name, rho=0.2, **parameters), expected, rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("gamma", "strength"), [(3.2, 0.8), (1.0, 0.5), (0.0, 0.3)])
def test_focal_sam_is_its_formula(make_context, seed, gamma, strength):
    focal = (1 - COUNTS / COUNTS.sum()) ** gamma
    data = problem(seed)
    expected = (
        gradient(*data, np.ones(CLASSES)) - strength * gradient(*data, focal) + strength * climbed(*data, focal, 0.3)
    )
    measured = taken(make_context, seed, "focal_sam", rho=0.3, gamma=gamma, strength=strength)
    np.testing.assert_allclose(measured, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", ["focal_sam", "cc_sam"])
def test_without_strength_they_take_the_plain_gradient(make_context, name):
    assert np.array_equal(taken(make_context, 0, name, strength=0.0), gradient_of_torch())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_cc_sam_climbs_for_each_class_by_a_radius_that_grows_with_rarity(make_context, seed, strength):
    data = problem(seed)
    expected = (1 - strength) * gradient(*data, np.ones(CLASSES))
    for own, n in zip(np.eye(CLASSES), COUNTS, strict=True):
        expected += strength * climbed(*data, own, 0.05 * (200 / n) ** 0.25)
    measured = taken(make_context, seed, "cc_sam", strength=strength)
    np.testing.assert_allclose(measured, expected, rtol=1e-9)


def test_groups_of_cc_sam_climb_together_by_their_mean_radius(make_context):
    data, radii = problem(1), 0.05 * (200 / COUNTS) ** 0.25
    expected = 0.5 * gradient(*data, np.ones(CLASSES))
    for group in ([0, 1, 2], [3, 4]):
        expected += 0.5 * climbed(*data, np.isin(np.arange(CLASSES), group), radii[group].mean())
    np.testing.assert_allclose(taken(make_context, 1, "cc_sam", groups=2), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "parameters", "passes"),
    [("imbsam", {}, 3), ("focal_sam", {}, 3), ("cc_sam", {}, 11), ("cc_sam", {"groups": 2}, 5), ("max_norm", {}, 1)],
)
def test_a_step_takes_as_many_passes_as_documented(make_context, name, parameters, passes):
    regression = Regression(0)
    regression.taken(make_context, name, **parameters)
    assert regression.passes == passes


@pytest.mark.parametrize("name", ["imbsam", "focal_sam", "cc_sam"])
def test_named_terms_have_their_gradient_at_the_weights_before_the_climb(make_context, name):
    weight = problem(0)[2]
    measured, without = (taken(make_context, 0, name, term) for term in (TERM, 0.0))
    np.testing.assert_allclose(measured - without, 2 * TERM * weight, rtol=1e-9)


def projected(weight, threshold, moved):
    """Return the moved weights after the projection of the paper, row by row; thresholds are those of `weight`."""
    norms = [np.sqrt((row**2).sum()) for row in weight]
    bound = min(norms) + threshold * (max(norms) - min(norms))
    return np.array([row * min(1, bound / np.sqrt((row**2).sum())) for row in moved])


@pytest.mark.parametrize("threshold", [0.0, 0.1, 1.0])
def test_max_norm_is_the_projection_on_the_bound_of_the_first_weights(make_context, threshold):
    weight, rng = problem(0)[2], np.random.default_rng(1)
    layer = nn.Linear(FEATURES, CLASSES).double()
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight))
    bias = layer.bias.detach().clone()
    update = build_component("updates", {"name": "max_norm", "threshold": threshold}, make_context(COUNTS))
    update.start(layer)
    moved = weight + rng.normal(size=weight.shape)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(moved))
    update.constrain()
    np.testing.assert_allclose(layer.weight.detach(), projected(weight, threshold, moved), rtol=1e-6)
    assert torch.equal(layer.bias, bias)


def test_max_norm_leaves_what_is_not_trained(make_context):
    layer = nn.Linear(FEATURES, CLASSES)
    layer.weight.requires_grad_(False)
    before = 10 * layer.weight.detach().clone()
    update = build_component("updates", "max_norm", make_context(COUNTS))
    update.start(layer)
    layer.weight.mul_(10)
    update.constrain()
    assert torch.equal(layer.weight, before)


def test_max_norm_measures_the_kernel_of_each_output(make_context):
    kernel = nn.Conv2d(2, 3, (1, 5))
    update = build_component("updates", {"name": "max_norm", "threshold": 0.0}, make_context(COUNTS))
    update.start(kernel)
    shortest = kernel.weight.detach().flatten(1).norm(dim=1).min()
    update.constrain()
    torch.testing.assert_close(kernel.weight.flatten(1).norm(dim=1), shortest.expand(3))


def fused(make_context, share, seed=0):
    generator = torch.Generator().manual_seed(3)
    first, second = (torch.randn(6, 10, generator=generator) for _ in range(2))
    labels = torch.arange(6), torch.arange(6).flip(0)
    given = Pair(first, second, labels, 0.5, torch.Generator().manual_seed(seed))
    mixer = build_component("mixers", {"name": "h2t", "share": share}, make_context(COUNTS))
    return first, second, mixer.mix(given)


@pytest.mark.parametrize(("share", "columns"), [(0.0, 0), (0.3, 3), (0.39, 3), (1.0, 10)])
def test_h2t_replaces_a_share_of_the_features_and_keeps_the_labels(make_context, share, columns):
    first, second, (values, shares) = fused(make_context, share)
    replaced = (values == second).all(0)
    assert replaced.sum() == columns
    assert torch.equal(values[:, ~replaced], first[:, ~replaced])
    assert torch.equal(shares, torch.ones(6))


def test_h2t_replaces_every_feature_equally_often(make_context):
    replaced = torch.stack(
        [
            (values == second).all(0)
            for _, second, (values, _) in (fused(make_context, 0.3, seed) for seed in range(500))
        ]
    )
    assert (replaced.float().mean(0) - 0.3).abs().max() < 0.07
