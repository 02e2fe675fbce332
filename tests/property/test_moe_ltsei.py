import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei.components.losses import moe_ltsei
from ltsei.components.losses._shared import Batch
from ltsei.core.context import build_component
from ltsei.numerics.long_tail import long_tail_counts

SCALE = 30.0
PLAIN = {"margin_m0": 0.0, "diff_gamma": 0.0, "diff_alpha": 0.0, "lambda_gate": 0.0}
CIFAR10 = long_tail_counts(5000, 100, 10)
CIFAR100 = long_tail_counts(500, 100, 100)
few = settings(max_examples=25)
seeds = st.integers(0, 10_000)
class_counts = st.lists(st.integers(1, 500), min_size=2, max_size=6)


def build(make_context, counts, probabilities=None, **parameters):
    context = make_context(counts, probabilities=probabilities)
    return build_component("losses", {"name": "moe_ltsei", **parameters}, context).double()


def margins(make_context, counts, **parameters):
    return build(make_context, counts, **parameters).margins.numpy()


def uncapped(make_context, counts, **parameters):
    """Margins at the limit of an infinite m1, which a signature cannot allow."""
    return moe_ltsei.build(make_context(counts), margin_m1=float("inf"), **parameters).margins.numpy()


def case(seed, num_classes, experts=3, signals=9):
    rng = np.random.default_rng(seed)
    cosines = np.tanh(rng.normal(scale=0.3, size=(signals, num_classes)))
    return cosines, rng.integers(0, num_classes, signals), rng.dirichlet(np.ones(experts), signals)


def evaluate(loss, cosines, labels, gate, progress=1.0):
    extras = {"scale": torch.tensor(SCALE, dtype=torch.float64), "log_gate": torch.from_numpy(gate).log()}
    logits = SCALE * torch.from_numpy(cosines)
    return loss(Batch(logits, torch.from_numpy(labels), logits, extras, progress))


@few
@given(
    seed=seeds,
    counts=class_counts,
    beta=st.sampled_from([0.9, 0.999]),
    m1=st.sampled_from([0.0, 0.2]),
    exponents=st.sampled_from([(2.0, 1.0), (0.0, 1.0), (0.5, 0.0)]),
)
def test_loss_of_a_signal_is_its_formula(make_context, seed, counts, beta, m1, exponents):
    cosines, labels, gate = case(seed, len(counts))
    gamma, alpha = exponents
    loss = build(make_context, counts, beta=beta, margin_m1=m1, diff_gamma=gamma, diff_alpha=alpha)
    expected = reference.difficulty(SCALE * cosines, labels, gamma, alpha) * reference.margin_cross_entropy(
        cosines, labels, reference.capped_margins(counts, beta, 0.35, m1, 0.5), SCALE
    )
    np.testing.assert_allclose(evaluate(loss, cosines, labels, gate).per_sample, expected, rtol=2e-5, atol=1e-6)


@few
@given(seed=seeds, counts=class_counts, experts=st.integers(1, 5), progress=st.sampled_from([0.0, 0.4, 1.0]))
def test_terms_are_their_formulas_times_lambda(make_context, seed, counts, experts, progress):
    cosines, labels, gate = case(seed, len(counts), experts)

    def probabilities(progress):
        return reference.class_probabilities(counts, 1 - progress)

    loss = build(make_context, counts, probabilities, lambda_gate=0.7, lambda_lb=0.3)
    terms = evaluate(loss, cosines, labels, gate, progress).terms
    targets = reference.gate_targets(counts, 0.999, experts)
    usage = np.maximum(probabilities(progress) @ targets, 1e-3)
    expected = 0.7 * reference.gate_divergence(gate, labels, targets)
    assert terms["gate"].item() == pytest.approx(expected, rel=1e-4, abs=1e-5)
    assert terms["load_balance"].item() == pytest.approx(0.3 * reference.load_balance(gate, usage), rel=1e-4)


def test_margins_of_cifar100_lt(make_context):
    assert margins(make_context, [500, 200, 50, 15, 5]) == pytest.approx([0.350, 0.441, 0.503, 0.526, 0.536], abs=5e-4)


def test_margins_of_cifar10_lt(make_context):
    expected = [0.350, 0.358, 0.378, 0.407, 0.438, 0.464, 0.485, 0.501, 0.513, 0.522]
    assert margins(make_context, CIFAR10) == pytest.approx(expected, abs=5e-4)


@few
@given(counts=class_counts, m0=st.floats(0, 1), m1=st.floats(0, 1), gamma=st.floats(0, 2))
def test_capped_margins_lie_between_m0_and_m0_plus_m1_and_grow_with_rarity(make_context, counts, m0, m1, gamma):
    result = margins(make_context, sorted(counts, reverse=True), margin_m0=m0, margin_m1=m1, margin_gamma=gamma)
    assert (result >= m0 - 1e-6).all()
    assert (result <= m0 + m1 + 1e-6).all()
    assert (np.diff(result) >= -1e-7).all()


@few
@given(counts=class_counts)
def test_margins_without_a_cap_can_be_exactly_those_of_ldam(make_context, counts):
    smallest_margin = 0.5 * (max(counts) / min(counts)) ** -0.25
    result = uncapped(make_context, counts, beta=1.0, margin_m0=smallest_margin, margin_gamma=0.25)
    ldam = build_component("losses", "ldam", make_context(counts)).margins.numpy()
    np.testing.assert_allclose(result, ldam, rtol=2e-7)


def test_as_beta_goes_to_one_the_effective_number_goes_to_the_count(make_context):
    np.testing.assert_allclose(
        margins(make_context, CIFAR100, beta=1 - 1e-12), margins(make_context, CIFAR100, beta=1.0), rtol=1e-6
    )


@pytest.mark.parametrize("parameters", [{"margin_m1": 0.0}, {"margin_gamma": 0.0}, {"beta": 0.0}])
def test_without_growth_every_margin_is_m0(make_context, parameters):
    np.testing.assert_allclose(margins(make_context, CIFAR10, **parameters), 0.35, rtol=1e-7)


def test_legacy_margins_are_unbounded_and_those_of_an_infinite_cap(make_context):
    legacy = margins(make_context, CIFAR100, margin_type="legacy")
    np.testing.assert_allclose(legacy, uncapped(make_context, CIFAR100), rtol=1e-7)
    assert legacy[[0, -1]] == pytest.approx([0.35, 3.11], abs=5e-3)


def test_hard_margins_are_the_legacy_ones_up_to_the_cap(make_context):
    legacy = margins(make_context, CIFAR100, margin_type="legacy")
    hard = margins(make_context, CIFAR100, margin_type="hard")
    np.testing.assert_allclose(hard, np.minimum(legacy, 0.55), rtol=1e-7)
    assert (hard > 0.5499).sum() == 77


def test_additive_margins_range_from_m0_to_m0_plus_m1_by_rarity(make_context):
    additive = margins(make_context, CIFAR100, margin_type="additive", margin_gamma=2.0)
    np.testing.assert_allclose(additive, 0.35 + 0.2 * reference.rarity(CIFAR100, 0.999) ** 2, rtol=1e-6)


@few
@given(seed=seeds, counts=class_counts)
def test_everything_off_is_cross_entropy_of_the_scaled_cosines(make_context, seed, counts):
    cosines, labels, gate = case(seed, len(counts))
    value = evaluate(build(make_context, counts, **PLAIN), cosines, labels, gate)
    expected = reference.cross_entropy(SCALE * cosines, labels)
    np.testing.assert_allclose(value.per_sample, expected, rtol=1e-9, atol=1e-9)
    assert not value.terms


@few
@given(seed=seeds, counts=class_counts, gamma=st.floats(0, 3), alpha=st.floats(0, 2))
def test_difficulty_lies_between_zero_and_e_to_the_alpha(make_context, seed, counts, gamma, alpha):
    cosines, labels, gate = case(seed, len(counts))
    parameters = {"margin_m0": 0.0, "diff_gamma": gamma, "diff_alpha": alpha, "lambda_gate": 0.0}
    weighted = evaluate(build(make_context, counts, **parameters), cosines, labels, gate).per_sample
    plain = evaluate(build(make_context, counts, **PLAIN), cosines, labels, gate).per_sample
    assert (weighted >= 0).all()
    assert (weighted <= plain * np.exp(alpha) * (1 + 1e-9)).all()


def test_difficulty_by_gamma_alone_is_the_focal_weight(make_context):
    cosines, labels, gate = case(0, 4)
    loss = build(make_context, [90, 30, 9, 3], **{**PLAIN, "diff_gamma": 2.0})
    expected = reference.focal(SCALE * cosines, labels, 2.0)
    np.testing.assert_allclose(evaluate(loss, cosines, labels, gate).per_sample, expected, rtol=1e-6, atol=1e-12)


def test_normalised_difficulty_keeps_the_mean_of_the_weights_at_one(make_context):
    cosines, labels, gate = case(0, 4)
    weights = reference.difficulty(SCALE * cosines, labels, 2.0, 1.0)
    plain = {"margin_m0": 0.0, "lambda_gate": 0.0}
    loss = build(make_context, [90, 30, 9, 3], **plain, diff_normalize="batch")
    expected = weights / weights.mean() * reference.cross_entropy(SCALE * cosines, labels)
    np.testing.assert_allclose(evaluate(loss, cosines, labels, gate).per_sample, expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("detach", [True, False])
def test_gradient_flows_through_the_difficulty_only_if_it_is_not_detached(make_context, detach):
    cosines, labels, gate = case(0, 4)
    logits = (SCALE * torch.from_numpy(cosines)).requires_grad_()
    loss = build(make_context, [90, 30, 9, 3], detach=detach)
    extras = {"scale": torch.tensor(SCALE, dtype=torch.float64), "log_gate": torch.from_numpy(gate).log()}
    loss(Batch(logits, torch.from_numpy(labels), logits, extras)).per_sample.sum().backward()
    weights = torch.from_numpy(reference.difficulty(SCALE * cosines, labels, 2.0, 1.0))
    plain = logits.detach().clone().requires_grad_()
    shifted = plain - SCALE * loss.margins[labels][:, None] * torch.eye(4, dtype=torch.float64)[labels]
    (weights * torch.nn.functional.cross_entropy(shifted, torch.from_numpy(labels), reduction="none")).sum().backward()
    assert torch.allclose(logits.grad, plain.grad, rtol=1e-5, atol=1e-7) == detach


ORIGINAL = {
    "margin_type": "legacy",
    "diff_logits": "margin",
    "detach": False,
    "gate_target": "groups",
    "tertiles": "no_many",
    "gate_offset": 1e-8,
    "many_above": 99,
    "few_below": 21,
    "lb_target": "uniform",
}
"""The formulas of the first public implementation."""


@few
@given(seed=seeds, counts=class_counts)
def test_the_original_form_has_unbounded_margins_and_difficulty_with_margin(make_context, seed, counts):
    cosines, labels, gate = case(seed, len(counts))
    unbounded = reference.legacy_margins(counts, 0.999, 0.35, 0.5)
    with_margin = reference.logits_with_margin(SCALE * cosines, labels, unbounded, SCALE)
    weights = reference.difficulty(with_margin, labels, 2.0, 1.0)
    expected = weights * reference.margin_cross_entropy(cosines, labels, unbounded, SCALE)
    loss = build(make_context, counts, **ORIGINAL)
    np.testing.assert_allclose(evaluate(loss, cosines, labels, gate).per_sample, expected, rtol=2e-5, atol=1e-6)


def test_groups_of_the_original_form_include_100_and_20(make_context):
    targets = build(make_context, [300, 100, 99, 21, 20, 2], **ORIGINAL).gate_terms.targets(3)
    assert targets.argmax(1).tolist() == [0, 0, 1, 1, 2, 2]


def test_groups_of_the_original_form_may_be_empty_where_a_class_is_in_many(make_context):
    targets = build(make_context, [300, 200, 150, 90, 80, 60], **ORIGINAL).gate_terms.targets(3)
    assert targets.argmax(1).tolist() == [0, 0, 0, 1, 1, 1]


def test_groups_of_the_original_form_are_tertiles_bounds_included_where_no_class_is_in_many(make_context):
    targets = build(make_context, [90, 80, 60, 50, 30, 20, 9], **ORIGINAL).gate_terms.targets(3)
    assert targets.argmax(1).tolist() == [0, 0, 0, 1, 2, 2, 2]


def test_the_gate_term_of_the_original_form_takes_the_logarithm_of_g_plus_an_offset(make_context):
    cosines, labels, gate = case(0, 4)
    gate[0] = [1 - 2e-9, 1e-9, 1e-9]
    loss = build(make_context, [300, 120, 50, 3], **ORIGINAL)
    expert = np.array([0, 0, 1, 2])[labels]
    expected = -np.mean(np.log(gate[np.arange(len(labels)), expert] + 1e-8))
    assert evaluate(loss, cosines, labels, gate).terms["gate"].item() == pytest.approx(expected, rel=1e-9)


def test_a_saturated_gate_of_the_original_form_does_not_learn(make_context):
    gate_logits = torch.tensor([[40.0, 0.0, 0.0]], requires_grad=True)
    extras = {"scale": torch.tensor(SCALE), "log_gate": gate_logits.log_softmax(1)}
    logits = torch.zeros(1, 4)
    build(make_context, [300, 120, 50, 3], **ORIGINAL)(Batch(logits, torch.tensor([3]), logits, extras)).terms[
        "gate"
    ].backward()
    assert gate_logits.grad.abs().max() < 1e-6


def test_difficulty_with_margin_hardly_distinguishes_signals(make_context):
    """1 - p_y is near 1 for most signals once an unbounded margin is subtracted."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 5, 200)
    cosines = rng.uniform(-0.1, 0.1, (200, 5)) + 0.5 * np.eye(5)[labels]
    plain = reference.difficulty(SCALE * cosines, labels, 2.0, 0.0)
    unbounded = reference.legacy_margins([500, 158, 50, 15, 5], 0.999, 0.35, 0.5)
    inert = reference.difficulty(
        reference.logits_with_margin(SCALE * cosines, labels, unbounded, SCALE), labels, 2.0, 0.0
    )
    assert plain.max() < 0.01
    assert np.median(inert) > 0.9


def test_load_balance_can_aim_at_equal_usage_with_a_supervised_gate(make_context):
    cosines, labels, gate = case(0, 5)
    loss = build(make_context, [200, 60, 24, 9, 3], lambda_lb=0.3, lb_target="uniform")
    value = evaluate(loss, cosines, labels, gate).terms["load_balance"].item()
    assert value == pytest.approx(0.3 * reference.load_balance(gate, np.full(3, 1 / 3)), rel=1e-6)


@few
@given(counts=class_counts, experts=st.integers(1, 6), smoothing=st.floats(0, 1))
def test_gate_targets_of_a_class_sum_to_one(make_context, counts, experts, smoothing):
    targets = build(make_context, counts, gate_smoothing=smoothing).gate_terms.targets(experts)
    np.testing.assert_allclose(targets.sum(1), 1, rtol=1e-6)
    assert (targets >= 0).all()


@pytest.mark.parametrize(
    ("probabilities", "experts", "expected"),
    [
        (np.full(100, 0.01), 2, [0.51, 0.49]),
        (np.full(100, 0.01), 3, [0.27, 0.48, 0.25]),
        (np.full(100, 0.01), 4, [0.19, 0.33, 0.31, 0.17]),
        (CIFAR100 / CIFAR100.sum(), 2, [0.81, 0.19]),
        (CIFAR100 / CIFAR100.sum(), 3, [0.65, 0.32, 0.03]),
        (CIFAR100 / CIFAR100.sum(), 4, [0.54, 0.37, 0.08, 0.01]),
    ],
)
def test_target_usage_of_the_experts_of_cifar100_lt(make_context, probabilities, experts, expected):
    targets = build(make_context, CIFAR100).gate_terms.targets(experts).numpy()
    assert probabilities @ targets == pytest.approx(expected, abs=6e-3)


def test_groups_give_each_expert_its_classes(make_context):
    targets = build(make_context, [300, 101, 100, 20, 19, 2], gate_target="groups").gate_terms.targets(3)
    assert targets.argmax(1).tolist() == [0, 0, 1, 1, 2, 2]
    assert (targets.max(1).values == 1).all()


def test_an_empty_group_is_replaced_by_tertiles_of_rarity(make_context):
    targets = build(make_context, [90, 80, 60, 50, 30, 25], gate_target="groups").gate_terms.targets(3)
    assert sorted(targets.argmax(1).tolist()) == [0, 0, 1, 1, 2, 2]


@few
@given(seed=seeds, counts=class_counts)
def test_a_single_expert_has_no_gate_loss_and_a_constant_load(make_context, seed, counts):
    cosines, labels, gate = case(seed, len(counts), experts=1)
    terms = evaluate(build(make_context, counts, lambda_lb=1.0), cosines, labels, gate).terms
    assert terms["gate"].item() == pytest.approx(0, abs=1e-9)
    assert terms["load_balance"].item() == pytest.approx(1, rel=1e-6)


def test_a_gate_that_equals_its_target_has_no_loss(make_context):
    cosines, labels, _ = case(0, 5)
    loss = build(make_context, [200, 60, 24, 9, 3])
    gate = loss.gate_terms.targets(3)[labels].numpy()
    assert evaluate(loss, cosines, labels, gate).terms["gate"].item() == pytest.approx(0, abs=1e-6)


def test_equal_usage_of_all_experts_has_load_balance_one(make_context):
    cosines, labels, _ = case(0, 5)
    gate = np.tile(np.eye(3), (3, 1))
    terms = evaluate(build(make_context, [200, 60, 24, 9, 3], lambda_gate=0.0, lambda_lb=0.01), cosines, labels, gate)
    assert terms.terms["load_balance"].item() == pytest.approx(0.01, rel=1e-6)


@few
@given(seed=seeds, experts=st.integers(2, 5))
def test_the_load_is_smallest_at_the_target_usage(make_context, seed, experts):
    """By Cauchy-Schwarz, Σ F P / u >= 1 where F = P."""
    cosines, labels, _ = case(seed, 5)
    gate = np.eye(experts)[np.random.default_rng(seed).integers(0, experts, len(labels))]
    terms = evaluate(build(make_context, [200, 60, 24, 9, 3], lambda_lb=1.0), cosines, labels, gate).terms
    assert terms["load_balance"].item() >= 1 - 1e-2


def test_the_target_usage_follows_the_sampler(make_context):
    counts = np.array([200, 60, 24, 9, 3])
    cosines, labels, gate = case(0, 5)
    loss = build(make_context, counts, lambda t: reference.class_probabilities(counts, 1 - t), lambda_lb=1.0)
    values = [evaluate(loss, cosines, labels, gate, progress).terms["load_balance"].item() for progress in (0, 1, 0)]
    assert values[0] == values[2] != values[1]


@pytest.mark.parametrize("lead", [20.0, 40.0, 80.0])
def test_a_gate_that_is_sure_of_the_wrong_expert_still_has_a_gradient(make_context, lead):
    gate_logits = torch.tensor([[lead, 0.0, 0.0]], requires_grad=True)
    extras = {"scale": torch.tensor(SCALE), "log_gate": gate_logits.log_softmax(1)}
    loss = build(make_context, [90, 30, 9, 3], lambda_gate=1.0)
    logits = torch.zeros(1, 4)
    loss(Batch(logits, torch.tensor([3]), logits, extras)).terms["gate"].backward()
    assert gate_logits.grad[0, 0] > 0.5
    assert gate_logits.grad[0, 2] < -0.5
