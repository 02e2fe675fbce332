"""Heads and losses of several experts, against transcriptions of their papers in NumPy."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei.components.losses import _experts
from ltsei.components.losses._shared import Batch
from ltsei.core.context import build_component
from ltsei.core.errors import InputError

SCALE = 30.0
few = settings(max_examples=25)
seeds = st.integers(0, 10_000)
class_counts = st.lists(st.integers(1, 500), min_size=2, max_size=6)


def build(make_context, counts, name, **parameters):
    return build_component("losses", {"name": name, **parameters}, make_context(counts)).double()


def case(seed, num_classes, experts=3, signals=7):
    """Return logits [E, B, C] and labels [B]."""
    rng = np.random.default_rng(seed)
    return rng.normal(scale=2.0, size=(experts, signals, num_classes)), rng.integers(0, num_classes, signals)


def value(loss, logits, labels, scale=None):
    each = torch.from_numpy(logits).movedim(0, 1).requires_grad_()
    extras = {"expert_logits": each} | ({} if scale is None else {"scale": torch.tensor(scale)})
    return loss(Batch(each.mean(1), torch.from_numpy(labels), each.flatten(1), extras))


def per_sample(loss, logits, labels, scale=None):
    return value(loss, logits, labels, scale).per_sample.detach().numpy()


def divergence(p, q):
    return sum(a * np.log(a / b) for a, b in zip(p, q, strict=True))


def experts_of(make_context, branches, **parameters):
    context = replace(make_context(in_features=12), branches=branches)
    return build_component("heads", {"name": "experts", **parameters}, context).double().eval()


@pytest.mark.parametrize("branches", [1, 2, 3])
@pytest.mark.parametrize("head", ["linear", "cosine"])
def test_each_expert_sees_its_own_branch_and_their_logits_are_averaged(make_context, branches, head):
    built, features = experts_of(make_context, branches, head=head), np.random.default_rng(0).normal(size=(5, 12))
    expected = []
    for expert, columns in zip(built.experts, np.split(features, branches, axis=1), strict=True):
        weight = expert.weight.detach().numpy()
        if head == "linear":
            expected.append(columns @ weight.T + expert.bias.detach().numpy())
        else:
            expected.append(reference.cosine_logits(columns, weight, SCALE))
    logits, extras = built(torch.from_numpy(features))
    np.testing.assert_allclose(extras["expert_logits"].detach().movedim(1, 0), expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(logits.detach(), np.mean(expected, axis=0), rtol=1e-9, atol=1e-9)
    assert ("scale" in extras) == (head == "cosine")


def test_experts_say_what_they_choose_alone_and_that_all_count_the_same(make_context):
    built, features = experts_of(make_context, 3), torch.randn(50, 12, generator=torch.Generator().manual_seed(0))
    extras = built(features.double()).extras
    assert torch.equal(extras["choices"], extras["expert_logits"].argmax(2))
    assert (extras["choices"][:, 0] != extras["choices"][:, 1]).any()
    np.testing.assert_allclose(extras["gate"], np.full((50, 3), 1 / 3))
    assert not {"choices", "gate"} & set(built.train()(features.double()).extras)


@few
@given(seed=seeds, counts=class_counts, spread=st.sampled_from([0.0, 0.5, 1.0, 1.5]), experts=st.integers(2, 4))
def test_balpoe_is_its_formula(make_context, seed, counts, spread, experts):
    logits, labels = case(seed, len(counts), experts)
    taus = np.linspace(1 - spread, 1 + spread, experts)
    expected = np.mean(
        [reference.logit_adjustment(z, labels, counts, tau) for z, tau in zip(logits, taus, strict=True)], axis=0
    )
    loss = build(make_context, counts, "balpoe", spread=spread)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-5, atol=1e-6)


def test_three_experts_of_balpoe_have_the_exponents_of_the_paper(make_context):
    loss = build(make_context, [9, 1], "balpoe")
    assert loss.taus(3).tolist() == [0, 1, 2]
    assert loss.taus(2).tolist() == [0, 2]
    assert loss.taus(1).tolist() == [1]


@pytest.mark.parametrize(("experts", "spread"), [(1, 1.0), (3, 0.0)])
def test_balpoe_with_one_kind_of_expert_is_balanced_softmax(make_context, experts, spread):
    counts = [90, 20, 3]
    logits, labels = case(1, 3, 1)
    balanced = build_component("losses", {"name": "logit_adjustment", "tau": 1.0}, make_context(counts)).double()
    plain = torch.from_numpy(logits[0])
    expected = balanced(Batch(plain, torch.from_numpy(labels), plain)).per_sample
    loss = build(make_context, counts, "balpoe", spread=spread)
    np.testing.assert_allclose(per_sample(loss, np.repeat(logits, experts, axis=0), labels), expected, rtol=1e-9)


def test_the_product_of_balpoe_experts_is_free_of_the_prior(make_context):
    """The logits with the lowest loss are z_k = log p(x|y) + (1 - τ_k) log π."""
    counts = np.array([90, 20, 3])
    likelihood = np.random.default_rng(0).dirichlet(np.ones(3), size=4)
    log_prior, taus = np.log(counts / counts.sum()), build(make_context, counts, "balpoe").taus(3).numpy()
    logits = np.stack([np.log(likelihood) + (1 - tau) * log_prior for tau in taus])
    assert not np.allclose(logits[0] - np.log(likelihood), 0)
    np.testing.assert_allclose(logits.mean(axis=0), np.log(likelihood), atol=1e-6)


@few
@given(seed=seeds, counts=class_counts, tau=st.sampled_from([0.0, 1.0, 2.0]))
def test_sade_is_its_formula(make_context, seed, counts, tau):
    logits, labels = case(seed, len(counts))
    prior = np.array(counts) / sum(counts)
    order = np.argsort(prior)
    inverse = np.empty(len(prior))
    inverse[order] = prior[order[::-1]]
    inverse = np.array([inverse[prior == share].mean() for share in prior])
    adjusted = logits + np.stack([0 * prior, np.log(prior), np.log(prior) - tau * np.log(inverse)])[:, None]
    expected = sum(reference.cross_entropy(z, labels) for z in adjusted)
    loss = build(make_context, counts, "sade", tau=tau)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-5, atol=1e-6)


def test_the_inverse_prior_gives_the_rarest_class_the_share_of_the_most_frequent_one():
    np.testing.assert_allclose(_experts.inverse_prior(np.array([60, 10, 30])), [0.1, 0.6, 0.3])
    np.testing.assert_allclose(_experts.inverse_prior(np.array([60, 20, 20])), [0.2, 0.4, 0.4])


def test_the_third_expert_of_sade_without_tau_is_the_second(make_context):
    offsets = build(make_context, [90, 20, 3], "sade", tau=0.0).offsets
    assert torch.equal(offsets[1], offsets[2])
    assert not offsets[0].any()


def test_sade_refuses_another_number_of_experts(make_context):
    logits, labels = case(0, 2, experts=2)
    with pytest.raises(InputError, match="branches: got 2 experts, expected 3"):
        value(build(make_context, [9, 1], "sade"), logits, labels)


def ride_terms(logits, counts, temperature, slope):
    """Return the mean of T, squared, times Σ_k KL(mean || expert), mean over signals, one at a time."""
    relative = [len(counts) * n / sum(counts) * slope + 1 - slope for n in counts]
    temperatures = temperature * np.array(relative) / max(relative)
    total = 0.0
    for each in logits:
        for mean, own in zip(logits.mean(axis=0), each, strict=True):
            total += divergence(reference.softmax(mean / temperatures), reference.softmax(own / temperatures))
    return np.mean(temperatures) ** 2 * total / logits.shape[1]


@few
@given(
    seed=seeds,
    counts=class_counts,
    diversity=st.sampled_from([0.2, 0.45]),
    temperature=st.sampled_from([1.0, 2.0]),
    slope=st.sampled_from([0.0, 0.05, 0.5]),
)
def test_ride_is_its_formula(make_context, seed, counts, diversity, temperature, slope):
    logits, labels = case(seed, len(counts))
    parameters = {"loss": "cross_entropy", "diversity": diversity, "temperature": temperature, "slope": slope}
    measured = value(build(make_context, counts, "ride", **parameters), logits, labels)
    expected = sum(reference.cross_entropy(z, labels) for z in logits)
    np.testing.assert_allclose(measured.per_sample.detach(), expected, rtol=1e-9)
    term = -diversity * ride_terms(logits, counts, temperature, slope)
    np.testing.assert_allclose(measured.terms["diversity"].item(), term, rtol=1e-5, atol=1e-9)


def test_ride_with_one_expert_is_its_inner_loss(make_context):
    counts = [90, 20, 3]
    logits, labels = np.tanh(case(0, 3, experts=1)[0]), case(0, 3, experts=1)[1]
    measured = value(build(make_context, counts, "ride"), SCALE * logits, labels, SCALE)
    margins = reference.ldam_margins(counts, 0.5)
    expected = reference.margin_cross_entropy(logits[0], labels, margins, SCALE)
    np.testing.assert_allclose(measured.per_sample.detach(), expected, rtol=1e-5, atol=1e-5)
    assert measured.terms["diversity"].item() == pytest.approx(0, abs=1e-12)


def test_the_diversity_of_ride_pushes_experts_apart(make_context):
    logits, _ = case(0, 3)
    each = torch.from_numpy(logits).requires_grad_()
    loss = build(make_context, [9, 3, 1], "ride", loss="cross_entropy")
    loss.divergence(each).backward()
    assert loss.divergence(each + 1e-3 * each.grad) > loss.divergence(each)


def test_the_gradient_of_the_divergence_of_ride_is_the_difference_from_the_mean_prediction(make_context):
    logits, _ = case(0, 3)
    each = torch.from_numpy(logits).requires_grad_()
    build(make_context, [9, 3, 1], "ride", loss="cross_entropy", slope=0.0).divergence(each).backward()
    means = np.stack([reference.softmax(z) for z in logits.mean(axis=0)])
    for measured, own in zip(each.grad.numpy(), logits, strict=True):
        expected = np.stack([reference.softmax(z) for z in own]) - means
        np.testing.assert_allclose(measured, expected / len(means), rtol=1e-6, atol=1e-12)


def test_without_diversity_ride_has_no_term(make_context):
    logits, labels = case(0, 2)
    assert not value(build(make_context, [9, 1], "ride", loss="cross_entropy", diversity=0.0), logits, labels).terms


def test_ldam_on_experts_that_are_not_cosine_says_what_to_write(make_context):
    logits, labels = case(0, 2)
    with pytest.raises(InputError, match="head: got experts that are not cosine"):
        value(build(make_context, [9, 1], "ride"), logits, labels)


def ncl(logits, labels, counts, number, mining, agreement):
    """The losses of the paper, signal by signal; the first expert chooses the hard classes."""
    adjusted = logits + np.log(np.array(counts) / sum(counts))
    losses = []
    for b, y in enumerate(labels):
        others = [c for c in np.argsort(-logits[0, b]) if c != y]
        hard = [y, *others[: number - 1]]
        total = 0.0
        for columns, target, weight in ((list(range(len(counts))), y, 1.0), (hard, 0, mining)):
            scores = [reference.softmax(z[b, columns]) for z in adjusted]
            total += weight * sum(-np.log(p[target]) for p in scores)
            pairs = [divergence(p, q) for i, p in enumerate(scores) for j, q in enumerate(scores) if i != j]
            total += agreement * sum(pairs) / max(len(logits) - 1, 1)
        losses.append(total)
    return np.array(losses)


@few
@given(
    seed=seeds,
    counts=st.lists(st.integers(1, 500), min_size=3, max_size=8),
    hard=st.sampled_from([0.3, 0.5, 1.0]),
    mining=st.sampled_from([0.5, 1.0]),
    agreement=st.sampled_from([0.0, 0.6]),
    experts=st.integers(1, 3),
)
def test_ncl_is_its_formula(make_context, seed, counts, hard, mining, agreement, experts):
    logits, labels = case(seed, len(counts), experts)
    number = max(2, round(hard * len(counts)))
    loss = build(make_context, counts, "ncl", hard=hard, mining=mining, agreement=agreement)
    expected = ncl(logits, labels, counts, number, mining, agreement)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-5, atol=1e-6)


def test_in_ncl_gradient_flows_into_both_sides_of_the_divergence(make_context):
    counts, step = [90, 20, 9, 3], 1e-5
    logits, labels = case(1, 4)
    each = torch.from_numpy(logits).movedim(0, 1).requires_grad_()
    loss = build(make_context, counts, "ncl", hard=0.5)
    loss(
        Batch(each.mean(1), torch.from_numpy(labels), each.flatten(1), {"expert_logits": each})
    ).per_sample.sum().backward()
    for expert, signal, column in ((0, 0, 0), (1, 2, 3), (2, 4, 1)):
        moved = [logits.copy(), logits.copy()]
        for sign, values in zip((1, -1), moved, strict=True):
            values[expert, signal, column] += sign * step
        above, below = (ncl(values, labels, counts, 2, 1.0, 0.6).sum() for values in moved)
        assert each.grad[signal, expert, column].item() == pytest.approx(
            (above - below) / (2 * step), rel=1e-4, abs=1e-6
        )


def test_ncl_with_one_expert_and_without_mining_is_balanced_softmax(make_context):
    counts = [90, 20, 3]
    logits, labels = case(2, 3, experts=1)
    measured = per_sample(build(make_context, counts, "ncl", mining=0.0), logits, labels)
    np.testing.assert_allclose(measured, reference.logit_adjustment(logits[0], labels, counts, 1.0), rtol=1e-5)


def test_every_expert_gets_the_gradient_of_its_own_loss(make_context):
    counts = [90, 20, 3]
    logits, labels = case(3, 3)
    each = torch.from_numpy(logits).movedim(0, 1).requires_grad_()
    build(make_context, counts, "sade")(
        Batch(each.mean(1), torch.from_numpy(labels), each.flatten(1), {"expert_logits": each})
    ).per_sample.sum().backward()
    first = [reference.softmax(z) - np.eye(3)[y] for z, y in zip(logits[0], labels, strict=True)]
    np.testing.assert_allclose(each.grad[:, 0], first, rtol=1e-6, atol=1e-9)
