"""DisAlign, balanced group softmax and TDE against transcriptions of their formulas, and their special cases."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei.components.losses._shared import Batch
from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.groups import size_groups

COUNTS = [1200, 300, 60, 24, 9, 3]
GROUPS = [3, 2, 1, 1, 0, 0]
few = settings(max_examples=15)
seeds = st.integers(0, 10_000)


def build(make_context, family, spec, counts=COUNTS, **context):
    torch.manual_seed(3)
    module = build_component(family, spec, make_context(counts, **context))
    return module.double() if isinstance(module, torch.nn.Module) else module


def randomise(module, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(generator=generator)
    return module


def features(seed, signals=7):
    return np.random.default_rng(seed).normal(size=(signals, 8))


def output(head, values):
    return head.eval()(torch.from_numpy(values))


def logits(head, values):
    return output(head, values).logits.detach().numpy()


def values_of(module):
    return {name: parameter.detach().numpy() for name, parameter in module.named_parameters()}


def linear_logits(named, values):
    return values @ named["weight"].T + named["bias"]


# DisAlign


@few
@given(seed=seeds)
def test_disalign_interpolates_between_the_scores_and_their_alignment(make_context, seed):
    head, values = randomise(build(make_context, "heads", "disalign"), seed), features(seed)
    named = values_of(head)
    expected = []
    for f, z in zip(values, linear_logits(named, values), strict=True):
        s = 1 / (1 + math.exp(-(f @ named["confidence.weight"][0] + named["confidence.bias"][0])))
        aligned = named["scale"] * z + named["offset"]
        expected.append(s * aligned + (1 - s) * z)
    np.testing.assert_allclose(logits(head, values), expected, rtol=1e-9, atol=1e-9)


def disaligned(make_context, stage1="linear", seed=0):
    before = randomise(build(make_context, "heads", stage1), seed)
    mode = build_component("stage2_modes", "disalign", make_context(COUNTS))
    return before, mode(before.float(), {"name": "disalign"})


def test_disalign_starts_with_the_scores_of_stage_1(make_context):
    before, prepared = disaligned(make_context)
    values = features(0).astype(np.float32)
    np.testing.assert_allclose(logits(prepared.head, values), logits(before, values), rtol=1e-5, atol=1e-5)


def test_disalign_trains_everything_but_the_classifier(make_context):
    _, prepared = disaligned(make_context)
    trained = {id(parameter) for parameter in prepared.parameters}
    names = {name for name, parameter in prepared.head.named_parameters() if id(parameter) in trained}
    assert names == {"scale", "offset", "confidence.weight", "confidence.bias"}


@pytest.mark.parametrize("stage1", ["cosine", "temperature_scaled", {"name": "linear", "bias": False}])
def test_disalign_after_a_head_that_it_cannot_continue_is_an_error(make_context, stage1):
    with pytest.raises(InputError, match="DisAlign continues a linear head, got"):
        disaligned(make_context, stage1)


# Balanced group softmax


@pytest.mark.parametrize(
    ("rule", "counts", "expected"),
    [
        ("powers_of_ten", [1000, 999, 100, 99, 10, 9, 1], [3, 2, 2, 1, 1, 0, 0]),
        ("powers_of_ten", [50000, 7, 40], [2, 0, 1]),
        ("powers_of_ten", [40, 30], [0, 0]),
        ("thirds", [5, 90, 80, 30, 20, 8], [0, 2, 2, 1, 1, 0]),
    ],
)
def test_groups_of_similar_size(rule, counts, expected):
    assert size_groups(np.array(counts), rule).tolist() == expected


def group_log_probabilities(named, values, groups):
    """The log-probability of each class in its group, and of "others" in each group, signal by signal."""
    classes, rest = [], []
    for z, o in zip(
        linear_logits(named, values), values @ named["others.weight"].T + named["others.bias"], strict=True
    ):
        sums = [math.exp(o[g]) + sum(math.exp(z[c]) for c in range(len(z)) if groups[c] == g) for g in range(len(o))]
        classes.append([z[c] - math.log(sums[groups[c]]) for c in range(len(z))])
        rest.append([o[g] - math.log(sums[g]) for g in range(len(o))])
    return np.array(classes), np.array(rest)


@few
@given(seed=seeds)
def test_group_logits_are_log_probabilities_within_groups(make_context, seed):
    head, values = randomise(build(make_context, "heads", "group_softmax"), seed), features(seed)
    classes, rest = group_log_probabilities(values_of(head), values, GROUPS)
    np.testing.assert_allclose(logits(head, values), classes, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(output(head, values).extras["log_others"].detach(), rest, rtol=1e-9, atol=1e-9)


@few
@given(seed=seeds)
def test_probabilities_of_a_group_and_its_others_sum_to_one(make_context, seed):
    head = randomise(build(make_context, "heads", {"name": "group_softmax", "groups": "thirds"}), seed)
    result = output(head, features(seed))
    within, rest = result.logits.detach().exp().numpy(), result.extras["log_others"].detach().exp().numpy()
    for group, classes in enumerate([[4, 5], [2, 3], [0, 1]]):
        np.testing.assert_allclose(within[:, classes].sum(1) + rest[:, group], 1, rtol=1e-9)


@few
@given(seed=seeds, ratio=st.sampled_from([0.5, 8.0, 1e6]))
def test_group_softmax_loss_is_its_formula(make_context, seed, ratio):
    head, values = randomise(build(make_context, "heads", "group_softmax"), seed), features(seed)
    labels = np.random.default_rng(seed).integers(0, 6, len(values))
    mass = [sum(n for n, g in zip(COUNTS, GROUPS, strict=True) if g == group) / sum(COUNTS) for group in range(4)]
    classes, rest = group_log_probabilities(values_of(head), values, GROUPS)
    expected = [
        -classes[i, y] - sum(min(1, ratio * m / (1 - m)) * rest[i, g] for g, m in enumerate(mass) if g != GROUPS[y])
        for i, y in enumerate(labels)
    ]
    result = output(head, values)
    loss = build(make_context, "losses", {"name": "group_softmax", "ratio": ratio})
    batch = Batch(result.logits, torch.from_numpy(labels), torch.from_numpy(values), result.extras)
    np.testing.assert_allclose(loss(batch).per_sample.detach(), expected, rtol=1e-6)


def test_the_share_of_others_follows_the_sampler(make_context):
    loss = build(
        make_context,
        "losses",
        {"name": "group_softmax", "ratio": 1.0},
        probabilities=lambda progress: np.array([1 - progress, 0, 0, 0, 0, progress]),
    )
    np.testing.assert_allclose([loss.shares(0.25)[0], loss.shares(0.75)[0]], [1 / 3, 1], rtol=1e-6)


def test_a_single_group_is_cross_entropy_of_a_linear_head(make_context):
    counts, values, labels = [40, 30, 20], features(0), torch.tensor([0, 1, 2, 0, 1, 2, 0])
    head = build(make_context, "heads", "group_softmax", counts)
    result = output(head, values)
    batch = Batch(result.logits, labels, torch.from_numpy(values), result.extras)
    loss = build(make_context, "losses", "group_softmax", counts)(batch).per_sample.detach()
    expected = reference.cross_entropy(linear_logits(values_of(head), values), labels.numpy())
    np.testing.assert_allclose(loss, expected, rtol=1e-9)
    assert head.others is None


def test_groups_that_differ_between_head_and_loss_are_an_error(make_context):
    result = output(build(make_context, "heads", {"name": "group_softmax", "groups": "thirds"}), features(0))
    loss = build(make_context, "losses", "group_softmax")
    with pytest.raises(InputError, match="groups: got 4, but the head has 3"):
        loss(Batch(result.logits, torch.zeros(7, dtype=torch.long), result.logits, result.extras))


# TDE


def tde_logits(named, mean, values, scale, gamma, alpha):
    classes, heads, width = named["weight"].shape
    expected = np.zeros((len(values), classes))
    for i, f in enumerate(values):
        for k in range(heads):
            x = f[k * width : (k + 1) * width]
            d = mean[k] / math.sqrt(mean[k] @ mean[k]) if mean[k].any() else mean[k]
            cosine = x @ d / math.sqrt(x @ x)
            for c in range(classes):
                w = named["weight"][c, k] / (math.sqrt(named["weight"][c, k] @ named["weight"][c, k]) + gamma)
                expected[i, c] += scale / heads * (w @ x / math.sqrt(x @ x) - alpha * cosine * (w @ d))
    return expected


@few
@given(seed=seeds, heads=st.sampled_from([1, 2, 4]), alpha=st.sampled_from([0.0, 1.5, 3.0]))
def test_tde_logits_are_their_formula(make_context, seed, heads, alpha):
    head = randomise(build(make_context, "heads", {"name": "tde", "heads": heads, "alpha": alpha}), seed)
    values, mean = features(seed), np.random.default_rng(seed + 1).normal(size=(heads, 8 // heads))
    head.mean_direction.copy_(torch.from_numpy(mean))
    expected = tde_logits(values_of(head), mean, values, 16.0, 1 / 32, alpha)
    np.testing.assert_allclose(logits(head, values), expected, rtol=1e-9, atol=1e-9)
    plain = tde_logits(values_of(head), mean, values, 16.0, 1 / 32, 0.0)
    in_training = head.train()(torch.from_numpy(values)).logits.detach()
    np.testing.assert_allclose(in_training, plain, rtol=1e-9, atol=1e-9)


def test_the_mean_direction_is_a_moving_sum_of_batch_means_in_training_alone(make_context):
    head, batches = build(make_context, "heads", "tde"), [features(seed) for seed in range(3)]
    for batch in batches:
        head.train()(torch.from_numpy(batch))
        head.eval()(torch.from_numpy(batch + 9))
    means = [batch.mean(0) for batch in batches]
    expected = 0.9 * (0.9 * means[0] + means[1]) + means[2]
    np.testing.assert_allclose(head.mean_direction.flatten(), expected, rtol=1e-9)
    assert "mean_direction" in head.state_dict()


def test_at_alpha_one_only_what_is_orthogonal_to_the_mean_direction_counts(make_context):
    head = build(make_context, "heads", {"name": "tde", "heads": 1, "alpha": 1.0})
    direction = features(1, 1)
    head.mean_direction.copy_(torch.from_numpy(direction))
    np.testing.assert_allclose(logits(head, 5 * direction), 0, atol=1e-9)


def test_one_head_without_gamma_and_mean_is_a_cosine_head(make_context):
    head = build(make_context, "heads", {"name": "tde", "heads": 1, "gamma": 0.0, "scale": 30.0})
    expected = reference.cosine_logits(features(0), values_of(head)["weight"][:, 0], 30.0)
    np.testing.assert_allclose(logits(head, features(0)), expected, rtol=1e-9)


def test_features_that_cannot_be_divided_among_the_heads_are_an_error(make_context):
    with pytest.raises(InputError, match="heads: got 3 for 8 features, expected a divisor"):
        build(make_context, "heads", {"name": "tde", "heads": 3})
