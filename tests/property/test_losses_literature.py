"""Losses of the literature against their formulas, written anew in float64 NumPy, one signal at a time."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei.components.losses._shared import Batch
from ltsei.core.context import Context, build_component

SCALE = 30.0
COUNTS = [200, 60, 24, 9, 3]
few = settings(max_examples=25)
seeds = st.integers(0, 10_000)
class_counts = st.lists(st.integers(1, 500), min_size=2, max_size=6)


def build(make_context, counts, name, generator=None, **parameters):
    known = vars(make_context(counts)) | {"generator": generator}
    return build_component("losses", {"name": name, **parameters}, Context(**known)).eval()


def case(seed, num_classes, signals=9, scale=2.0):
    rng = np.random.default_rng(seed)
    return rng.normal(scale=scale, size=(signals, num_classes)), rng.integers(0, num_classes, signals)


def batch_of(logits, labels, features=None, progress=1.0, extras=None):
    tensor = torch.from_numpy(np.asarray(logits, dtype=np.float64))
    inputs = tensor if features is None else torch.from_numpy(features)
    return Batch(tensor, torch.from_numpy(np.asarray(labels)), inputs, extras or {}, progress)


def per_sample(loss, *arguments, **known):
    return loss(batch_of(*arguments, **known)).per_sample.detach().numpy()


def with_margins(logits, labels, margins):
    """log(1 + sum over rivals j of exp(margins[y, j] + z_j - z_y))."""
    losses = []
    for z, y in zip(logits, labels, strict=True):
        rivals = [math.exp(margins[y][j] + z[j] - z[y]) for j in range(len(z)) if j != y]
        losses.append(math.log1p(sum(rivals)))
    return np.array(losses)


def vector_scaling(logits, labels, counts, gamma, tau):
    scaled = [
        [z / (max(counts) / n) ** gamma + tau * math.log(n / sum(counts)) for z, n in zip(row, counts, strict=True)]
        for row in logits
    ]
    return reference.cross_entropy(np.array(scaled), labels)


def smoothing_of(n, counts, frequent, rare, shape):
    """The three curves of MiSLAS as its authors print them."""
    span = max(counts) - min(counts)
    if span == 0:
        return frequent
    if shape == "concave":
        return rare + (frequent - rare) * math.sin(math.pi * (n - min(counts)) / (2 * span))
    if shape == "linear":
        return rare + (frequent - rare) * (n - min(counts)) / span
    return frequent + (frequent - rare) * math.sin(1.5 * math.pi + math.pi * (n - min(counts)) / (2 * span))


def soft_cross_entropy(logits, targets):
    rows = zip(logits, targets, strict=True)
    return np.array(
        [-sum(q * math.log(p) for q, p in zip(target, reference.softmax(z), strict=True)) for z, target in rows]
    )


def lade_regulariser(logits, labels, counts, penalty):
    """REMINE lower bounds of the classes, weighted by the prior."""
    total, signals, classes = 0.0, len(labels), len(counts)
    for c, n in enumerate(counts):
        prior = n / sum(counts)
        own = [z[c] for z, y in zip(logits, labels, strict=True) if y == c]
        mean = sum(own) / len(own) if own else 0.0
        weighted = sum(math.exp(z[c]) * (1 / classes) / prior for z in logits) / signals
        bound = mean - math.log(weighted) - penalty * math.log(weighted) ** 2
        total -= prior * bound
    return total


def seesaw(logits, labels, counts, p, q, least_probability):
    losses = []
    for z, y in zip(logits, labels, strict=True):
        probabilities = reference.softmax(z)
        denominator = math.exp(z[y])
        for j in range(len(z)):
            if j == y:
                continue
            mitigation = (counts[j] / counts[y]) ** p if counts[y] > counts[j] else 1.0
            ratio = probabilities[j] / max(probabilities[y], least_probability)
            compensation = ratio**q if ratio > 1 else 1.0
            denominator += mitigation * compensation * math.exp(z[j])
        losses.append(-math.log(math.exp(z[y]) / denominator))
    return np.array(losses)


@few
@given(seed=seeds, counts=class_counts, gamma=st.floats(0, 1), tau=st.floats(0, 2))
def test_vector_scaling_is_its_formula(make_context, seed, counts, gamma, tau):
    logits, labels = case(seed, len(counts))
    loss = build(make_context, counts, "vector_scaling", gamma=gamma, tau=tau)
    expected = vector_scaling(logits, labels, counts, gamma, tau)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-5, atol=1e-6)


@few
@given(seed=seeds, counts=class_counts, tau=st.floats(0, 2))
def test_vector_scaling_without_factors_is_logit_adjustment(make_context, seed, counts, tau):
    logits, labels = case(seed, len(counts))
    losses = [
        build(make_context, counts, "vector_scaling", gamma=0.0, tau=tau),
        build(make_context, counts, "logit_adjustment", tau=tau),
    ]
    np.testing.assert_array_equal(*(per_sample(loss, logits, labels) for loss in losses))


@few
@given(seed=seeds, counts=class_counts, gamma=st.floats(0, 1))
def test_vector_scaling_without_offsets_is_the_loss_with_class_dependent_temperatures(
    make_context, seed, counts, gamma
):
    logits, labels = case(seed, len(counts))
    temperatures = np.array([(max(counts) / n) ** gamma for n in counts])
    loss = build(make_context, counts, "vector_scaling", gamma=gamma, tau=0.0)
    expected = reference.cross_entropy(logits / temperatures, labels)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", ["concave", "linear", "convex"])
@pytest.mark.parametrize("spread", ["others", "all"])
@few
@given(seed=seeds, counts=class_counts, frequent=st.floats(0, 1), rare=st.floats(0, 1))
def test_label_aware_smoothing_is_its_formula(make_context, seed, counts, frequent, rare, shape, spread):
    logits, labels = case(seed, len(counts))
    targets = []
    for y in labels:
        epsilon = smoothing_of(counts[y], counts, frequent, rare, shape)
        rest = epsilon / (len(counts) - 1) if spread == "others" else epsilon / len(counts)
        own = 1 - epsilon if spread == "others" else 1 - epsilon + rest
        targets.append([own if c == y else rest for c in range(len(counts))])
    loss = build(
        make_context, counts, "label_aware_smoothing", frequent=frequent, rare=rare, shape=shape, spread=spread
    )
    expected = soft_cross_entropy(logits, targets)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-5, atol=1e-6)


@few
@given(seed=seeds, counts=class_counts, smoothing=st.sampled_from([0.0, 0.1, 0.98]))
def test_label_aware_smoothing_of_all_classes_alike_is_label_smoothing(make_context, seed, counts, smoothing):
    logits, labels = case(seed, len(counts))
    loss = build(make_context, counts, "label_aware_smoothing", frequent=smoothing, rare=smoothing, spread="all")
    expected = reference.cross_entropy(logits, labels, smoothing)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-5, atol=1e-6)


def test_the_concave_curve_smooths_most_and_all_curves_share_their_ends(make_context):
    curves = [
        build(make_context, COUNTS, "label_aware_smoothing", frequent=0.4, rare=0.1, shape=shape).smoothing.numpy()
        for shape in ("concave", "linear", "convex")
    ]
    for curve in curves:
        np.testing.assert_allclose(curve[[0, -1]], [0.4, 0.1], rtol=1e-6)
    assert (curves[0][1:-1] > curves[1][1:-1]).all()
    assert (curves[1][1:-1] > curves[2][1:-1]).all()


@pytest.mark.parametrize("kind", ["prior_ratio", "rival", "rarity", "none"])
@pytest.mark.parametrize("weights", ["uniform", "inverse_frequency", "log"])
@few
@given(seed=seeds, counts=class_counts, tau=st.sampled_from([0.0, 0.4, 1.0, 1.9]))
def test_general_logit_adjustment_is_its_formula(make_context, seed, counts, kind, tau, weights):
    logits, labels = case(seed, len(counts))
    prior = [n / sum(counts) for n in counts]
    delta = {
        "prior_ratio": lambda y, j: tau * math.log(prior[j] / prior[y]),
        "rival": lambda y, j: math.log((prior[j] / max(prior)) ** tau),
        "rarity": lambda y, j: 0.4 * (min(counts) / counts[y]) ** 0.25,
        "none": lambda y, j: 0.0,
    }[kind]
    classes = range(len(counts))
    plain = with_margins(logits, labels, [[delta(y, j) for j in classes] for y in classes])
    alpha = {"uniform": lambda n: 1.0, "inverse_frequency": lambda n: 1 / n, "log": lambda n: 1 / math.log(1 + n)}
    factors = reference.mean_one([alpha[weights](n) for n in counts])
    loss = build(
        make_context, counts, "general_logit_adjustment", weights=weights, margins=kind, tau=tau, max_margin=0.4
    )
    np.testing.assert_allclose(per_sample(loss, logits, labels), factors[labels] * plain, rtol=1e-5, atol=1e-6)


@few
@given(seed=seeds, counts=class_counts, tau=st.floats(0, 2))
def test_margins_by_the_prior_ratio_are_logit_adjustment(make_context, seed, counts, tau):
    logits, labels = case(seed, len(counts))
    losses = [
        build(make_context, counts, "general_logit_adjustment", tau=tau),
        build(make_context, counts, "logit_adjustment", tau=tau),
    ]
    values = [per_sample(loss, logits, labels) for loss in losses]
    np.testing.assert_allclose(*values, rtol=1e-5, atol=1e-6)


@few
@given(seed=seeds, counts=class_counts, max_margin=st.floats(0, 1))
def test_margins_by_rarity_on_a_cosine_head_are_ldam(make_context, seed, counts, max_margin):
    logits, labels = case(seed, len(counts))
    extras = {"scale": torch.tensor(SCALE)}
    losses = [
        build(make_context, counts, "general_logit_adjustment", margins="rarity", max_margin=max_margin),
        build(make_context, counts, "ldam", max_margin=max_margin),
    ]
    values = [per_sample(loss, SCALE * np.tanh(logits), labels, extras=extras) for loss in losses]
    np.testing.assert_allclose(*values, rtol=1e-5, atol=1e-5)


def test_the_scale_of_a_cosine_head_leaves_margins_of_the_prior_alone(make_context):
    logits, labels = case(0, 5)
    loss = build(make_context, COUNTS, "general_logit_adjustment")
    scaled = per_sample(loss, logits, labels, extras={"scale": torch.tensor(SCALE)})
    np.testing.assert_array_equal(scaled, per_sample(loss, logits, labels))


@pytest.mark.parametrize("tau", [0.5, 1.0])
def test_matching_weights_and_margins_are_consistent_for_the_balanced_error(make_context, tau):
    """The expected loss under known probabilities is least where z ranks the classes by p / prior (theorem 1)."""
    counts, probabilities = np.array([80, 15, 5]), torch.tensor([0.6, 0.25, 0.15], dtype=torch.float64)
    weights = {"name": "inverse_frequency", "power": 1 - tau}
    loss = build(make_context, counts, "general_logit_adjustment", tau=tau, weights=weights).double()
    logits = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([logits], max_iter=200, tolerance_grad=1e-10)

    def expected_loss():
        optimizer.zero_grad()
        rows = logits.expand(3, 3)
        value = (probabilities * loss(Batch(rows, torch.arange(3), rows)).per_sample).sum()
        value.backward()
        return value

    optimizer.step(expected_loss)
    balanced = probabilities.numpy() / (counts / counts.sum())
    scores = logits.detach().numpy()
    np.testing.assert_array_equal(np.argsort(scores), np.argsort(balanced))
    np.testing.assert_allclose(scores - scores.mean(), np.log(balanced) - np.log(balanced).mean(), atol=1e-4)


@few
@given(seed=seeds, counts=class_counts, penalty=st.floats(0, 1), alpha=st.floats(0.01, 2))
def test_lade_is_its_formula(make_context, seed, counts, penalty, alpha):
    logits, labels = case(seed, len(counts))
    value = build(make_context, counts, "lade", alpha=alpha, penalty=penalty)(batch_of(logits, labels))
    balanced_softmax = reference.cross_entropy(logits + np.log(counts), labels)
    np.testing.assert_allclose(value.per_sample.numpy(), balanced_softmax, rtol=1e-5, atol=1e-6)
    expected = alpha * lade_regulariser(logits, labels, counts, penalty)
    assert value.terms["lade"].item() == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_lade_without_its_regulariser_is_balanced_softmax_and_has_no_term(make_context):
    logits, labels = case(0, 5)
    value = build(make_context, COUNTS, "lade", alpha=0.0)(batch_of(logits, labels))
    np.testing.assert_array_equal(
        value.per_sample.numpy(), per_sample(build(make_context, COUNTS, "logit_adjustment"), logits, labels)
    )
    assert value.terms == {}


def test_lade_is_finite_where_a_batch_lacks_a_class(make_context):
    tensor = torch.randn(4, 5, requires_grad=True)
    value = build(make_context, COUNTS, "lade")(Batch(tensor, torch.tensor([0, 0, 1, 1]), tensor))
    value.terms["lade"].backward()
    assert torch.isfinite(tensor.grad).all()


@few
@given(seed=seeds, counts=class_counts, noise=st.floats(0, 1), margin=st.floats(0, 1))
def test_gaussian_clouded_logits_are_their_formula_for_the_noise_that_was_drawn(
    make_context, seed, counts, noise, margin
):
    logits, labels = case(seed, len(counts))
    cosines = np.tanh(logits)
    generator = torch.Generator().manual_seed(seed)
    loss = build(make_context, counts, "gcl", generator, noise=noise, margin=margin).train()
    value = per_sample(loss, SCALE * cosines, labels, extras={"scale": torch.tensor(SCALE)})
    drawn = torch.randn(logits.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).numpy()
    size = np.minimum(np.abs(drawn / 3), 1)
    span = math.log(max(counts)) - math.log(min(counts))
    cloud = np.array([(math.log(max(counts)) - math.log(n)) / span if span > 0 else 0.0 for n in counts])
    clouded = cosines - noise * size * cloud
    expected = reference.margin_cross_entropy(clouded, labels, np.full(len(counts), margin), SCALE)
    np.testing.assert_allclose(value, expected, rtol=1e-4, atol=1e-4)


def test_gaussian_clouded_logits_without_noise_are_cross_entropy_of_the_scaled_cosines(make_context):
    logits, labels = case(0, 5)
    loss = build(make_context, COUNTS, "gcl", torch.Generator().manual_seed(0), noise=0.0).train()
    value = per_sample(loss, SCALE * np.tanh(logits), labels, extras={"scale": torch.tensor(SCALE)})
    np.testing.assert_allclose(value, reference.cross_entropy(SCALE * np.tanh(logits), labels), rtol=1e-9, atol=1e-12)


def test_the_noise_is_limited_to_one(make_context):
    cosines, labels = np.zeros((5000, 2)), np.zeros(5000, dtype=int)
    loss = build(make_context, [100, 1], "gcl", torch.Generator().manual_seed(0), noise=1.0).train()
    value = per_sample(loss, cosines, labels, extras={"scale": torch.tensor(1.0)})
    assert value.min() == pytest.approx(math.log1p(math.exp(-1)), rel=1e-9)
    assert (value < value.min() + 1e-9).sum() > 1


def test_in_evaluation_the_clouds_have_the_expected_size_of_the_noise(make_context):
    loss = build(make_context, [100, 1], "gcl", noise=1.0)
    value = per_sample(loss, [[0.0, 0.0]], [0], extras={"scale": torch.tensor(1.0)})
    drawn = np.minimum(np.abs(np.random.default_rng(0).normal(scale=1 / 3, size=4_000_000)), 1).mean()
    assert value[0] == pytest.approx(math.log1p(math.exp(-drawn)), abs=2e-4)


@few
@given(seed=seeds, alpha=st.floats(0.1, 1000), epsilon=st.floats(1e-4, 1))
def test_influence_balanced_is_its_formula(make_context, seed, alpha, epsilon):
    logits, labels = case(seed, 5)
    features = np.random.default_rng(seed).normal(size=(len(labels), 8))
    loss = build(make_context, COUNTS, "influence_balanced", alpha=alpha, epsilon=epsilon)
    expected = []
    for z, y, f in zip(logits, labels, features, strict=True):
        p, target = reference.softmax(z), np.eye(5)[y]
        expected.append(alpha * -math.log(p[y]) / (np.abs(p - target).sum() * np.abs(f).sum() + epsilon))
    np.testing.assert_allclose(per_sample(loss, logits, labels, features), expected, rtol=1e-8)


@pytest.mark.parametrize(("progress", "balanced"), [(0.0, False), (0.49, False), (0.5, True), (1.0, True)])
def test_influence_counts_from_its_start_on(make_context, progress, balanced):
    logits, labels = case(0, 5)
    loss = build(make_context, COUNTS, "influence_balanced", start=0.5)
    value = per_sample(loss, logits, labels, progress=progress)
    assert np.allclose(value, reference.cross_entropy(logits, labels), rtol=1e-9) != balanced


@pytest.mark.parametrize("detach", [True, False])
def test_the_gradient_flows_through_the_influence_unless_it_is_detached(make_context, detach):
    logits, labels = case(0, 5, signals=1)
    features = torch.ones(1, 8, dtype=torch.float64, requires_grad=True)
    tensor = torch.from_numpy(logits)
    build(make_context, COUNTS, "influence_balanced", detach=detach)(
        Batch(tensor.requires_grad_(), torch.from_numpy(labels), features)
    ).per_sample.sum().backward()
    assert (features.grad is None) == detach


@few
@given(seed=seeds, p=st.floats(0, 2), q=st.floats(0, 3), least=st.sampled_from([0.01, 0.5]))
def test_seesaw_is_its_formula(make_context, seed, p, q, least):
    logits, labels = case(seed, 5)
    loss = build(make_context, COUNTS, "seesaw", p=p, q=q, least_probability=least)
    loss.counts += torch.tensor(COUNTS)
    expected = seesaw(logits, labels, COUNTS, p, q, least)
    np.testing.assert_allclose(per_sample(loss, logits, labels), expected, rtol=1e-9)


def test_seesaw_counts_the_labels_of_training_batches_before_it_uses_them(make_context):
    loss = build(make_context, COUNTS, "seesaw").train()
    for seed in (0, 1):
        logits, labels = case(seed, 5)
        value = per_sample(loss, logits, labels)
    counts = np.bincount(case(0, 5)[1], minlength=5) + np.bincount(case(1, 5)[1], minlength=5)
    np.testing.assert_array_equal(loss.counts, counts)
    np.testing.assert_allclose(value, seesaw(logits, labels, np.maximum(counts, 1), 0.8, 2.0, 0.01), rtol=1e-9)


def test_no_gradient_flows_through_the_factors_of_seesaw(make_context):
    logits, labels = case(0, 5)
    loss = build(make_context, COUNTS, "seesaw", p=0.0)
    tensor, own = torch.from_numpy(logits).requires_grad_(), torch.from_numpy(labels)
    loss(Batch(tensor, own, tensor)).per_sample.sum().backward()
    factors = np.ones_like(logits)
    for row, (z, y) in enumerate(zip(logits, labels, strict=True)):
        p = reference.softmax(z)
        factors[row] = np.maximum(p / max(p[y], 0.01), 1) ** 2
    weighted = np.stack([reference.softmax(z + np.log(f)) for z, f in zip(logits, factors, strict=True)])
    np.testing.assert_allclose(tensor.grad.numpy(), weighted - np.eye(5)[labels], rtol=1e-6, atol=1e-9)


def test_seesaw_with_both_exponents_zero_is_cross_entropy(make_context):
    logits, labels = case(0, 5)
    loss = build(make_context, COUNTS, "seesaw", p=0.0, q=0.0).train()
    np.testing.assert_allclose(per_sample(loss, logits, labels), reference.cross_entropy(logits, labels), rtol=1e-12)


@few
@given(seed=seeds, gamma=st.floats(0, 1), threshold=st.sampled_from([0.0, 0.05, 0.3, 1.0]))
def test_equalization_is_its_formula_for_the_rivals_that_were_dropped(make_context, seed, gamma, threshold):
    logits, labels = case(seed, 5)
    loss = build(
        make_context, COUNTS, "equalization", torch.Generator().manual_seed(seed), gamma=gamma, threshold=threshold
    )
    drawn = torch.rand(logits.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).numpy()
    expected = []
    for z, y, u in zip(logits, labels, drawn, strict=True):
        rare = [n / sum(COUNTS) < threshold for n in COUNTS]
        weights = [1 - (u[k] < gamma) * rare[k] * (k != y) for k in range(5)]
        expected.append(-math.log(math.exp(z[y]) / sum(w * math.exp(v) for w, v in zip(weights, z, strict=True))))
    np.testing.assert_allclose(per_sample(loss.train(), logits, labels), expected, rtol=1e-9, atol=1e-12)


def test_in_evaluation_rivals_have_their_expected_weight(make_context):
    loss = build(make_context, [90, 10], "equalization", gamma=0.75, threshold=0.2)
    value = per_sample(loss, [[0.0, 1.0], [0.0, 1.0]], [0, 1])
    np.testing.assert_allclose(value, [math.log(1 + 0.25 * math.e), math.log(1 + 1 / math.e)], rtol=1e-6)


@pytest.mark.parametrize("parameters", [{"gamma": 0.0, "threshold": 1.0}, {"gamma": 1.0, "threshold": 0.0}])
def test_equalization_without_rare_rivals_is_cross_entropy(make_context, parameters):
    logits, labels = case(0, 5)
    loss = build(make_context, COUNTS, "equalization", torch.Generator().manual_seed(0), **parameters).train()
    np.testing.assert_allclose(per_sample(loss, logits, labels), reference.cross_entropy(logits, labels), rtol=1e-12)


def test_a_rival_that_is_always_dropped_has_no_gradient(make_context):
    logits = torch.zeros(1, 2, requires_grad=True)
    loss = build(make_context, [90, 10], "equalization", torch.Generator().manual_seed(0), gamma=1.0, threshold=0.2)
    loss.train()(Batch(logits, torch.tensor([0]), logits)).per_sample.sum().backward()
    assert torch.equal(logits.grad, torch.zeros(1, 2))


@few
@given(seed=seeds, share=st.floats(0.05, 1))
def test_hard_mining_has_the_mean_of_the_largest_losses(make_context, seed, share):
    logits, labels = case(seed, 5)
    value = per_sample(build(make_context, COUNTS, "hard_mining", share=share), logits, labels)
    plain = reference.cross_entropy(logits, labels)
    hardest = np.sort(plain)[::-1][: math.ceil(share * len(plain))]
    assert value.mean() == pytest.approx(hardest.mean(), rel=1e-9)
    assert (value > 0).sum() == len(hardest)


def test_hard_mining_of_a_whole_batch_is_the_loss_itself(make_context):
    logits, labels = case(0, 5)
    mined = build(make_context, COUNTS, "hard_mining", loss="logit_adjustment", share=1.0)
    plain = build(make_context, COUNTS, "logit_adjustment")
    np.testing.assert_array_equal(per_sample(mined, logits, labels), per_sample(plain, logits, labels))


def test_easy_signals_have_no_gradient_in_hard_mining(make_context):
    logits = torch.tensor([[5.0, 0.0], [0.0, 5.0], [0.0, 1.0], [4.0, 0.0]], requires_grad=True)
    loss = build(make_context, [9, 3], "hard_mining", share=0.5)
    loss(Batch(logits, torch.tensor([0, 0, 0, 0]), logits)).per_sample.mean().backward()
    assert (logits.grad.abs().sum(1) > 0).tolist() == [False, True, True, False]


def test_hard_mining_keeps_the_terms_of_its_loss(make_context):
    logits, labels = case(0, 5)
    terms = build(make_context, COUNTS, "hard_mining", loss="lade", share=0.5)(batch_of(logits, labels)).terms
    assert list(terms) == ["lade"]


@pytest.mark.parametrize(
    "spec",
    [
        {"name": "vector_scaling"},
        {"name": "label_aware_smoothing"},
        {"name": "general_logit_adjustment", "weights": "inverse_frequency"},
        {"name": "lade"},
        {"name": "influence_balanced"},
        {"name": "equalization", "threshold": 0.3},
    ],
)
def test_gradients_are_those_of_finite_differences(make_context, spec):
    loss = build(make_context, [50, 10, 3], **spec).double()
    logits, labels = case(0, 3)
    features = torch.from_numpy(case(1, 4)[0])

    def total(z):
        value = loss(Batch(z, torch.from_numpy(labels), features))
        return value.per_sample + sum(value.terms.values())

    assert torch.autograd.gradcheck(total, torch.from_numpy(logits).requires_grad_())
