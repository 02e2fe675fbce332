"""Expected cost and combined losses."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei.components.losses._shared import Batch
from ltsei.core.context import build_component
from ltsei.core.errors import InputError

COUNTS = [90, 30, 10, 3]
MATRIX = [[0.0, 1.0, 4.0, 2.0], [3.0, 0.0, 1.0, 1.0], [0.5, 0.0, 0.0, 9.0], [1.0, 1.0, 2.0, 0.0]]
few = settings(max_examples=25)
seeds = st.integers(0, 10_000)
class_counts = st.lists(st.integers(1, 500), min_size=2, max_size=6)


def build(make_context, counts=COUNTS, probabilities=None, **spec):
    return build_component("losses", spec, make_context(counts, probabilities=probabilities))


def case(seed, num_classes, signals=7):
    rng = np.random.default_rng(seed)
    return rng.normal(scale=2, size=(signals, num_classes)), rng.integers(0, num_classes, signals)


def evaluate(loss, logits, labels, progress=1.0, **extras):
    tensor = torch.from_numpy(logits)
    return loss(Batch(tensor, torch.from_numpy(labels), tensor, extras, progress))


@few
@given(seed=seeds, factor=st.floats(0.1, 50))
def test_expected_cost_of_a_matrix_is_its_formula_whatever_its_scale(make_context, seed, factor):
    logits, labels = case(seed, 4)
    matrix = [[factor * cost for cost in row] for row in MATRIX]
    value = evaluate(build(make_context, name="expected_cost", matrix=matrix), logits, labels)
    np.testing.assert_allclose(value.per_sample, reference.expected_cost(logits, labels, MATRIX), rtol=1e-6)


@few
@given(seed=seeds, counts=class_counts, power=st.sampled_from([0.5, 1.0]))
def test_expected_cost_by_class_is_its_weight_times_the_probability_of_an_error(make_context, seed, counts, power):
    logits, labels = case(seed, len(counts))
    loss = build(make_context, counts, name="expected_cost", costs={"name": "inverse_frequency", "power": power})
    weights = reference.mean_one([1 / n**power for n in counts])
    expected = [weights[y] * (1 - reference.softmax(z)[y]) for z, y in zip(logits, labels, strict=True)]
    np.testing.assert_allclose(evaluate(loss, logits, labels).per_sample, expected, rtol=1e-6, atol=1e-9)


@few
@given(seed=seeds, counts=class_counts)
def test_expected_cost_by_class_is_that_of_the_matrix_with_these_rows(make_context, seed, counts):
    logits, labels = case(seed, len(counts))
    matrix = [[0.0 if i == j else 1 / n for j in range(len(counts))] for i, n in enumerate(counts)]
    np.testing.assert_allclose(
        evaluate(build(make_context, counts, name="expected_cost", matrix=matrix), logits, labels).per_sample,
        evaluate(
            build(make_context, counts, name="expected_cost", costs="inverse_frequency"), logits, labels
        ).per_sample,
        rtol=1e-6,
    )


def test_different_costs_by_class_stay_different(make_context):
    """Divided by the mean of its own row, every cost that depends on the class alone would be 1."""
    logits, labels = case(0, 4)
    specs = ["uniform", "log", {"name": "inverse_frequency", "power": 0.5}, "inverse_frequency"]
    losses = [
        evaluate(build(make_context, name="expected_cost", costs=spec), logits, labels).per_sample for spec in specs
    ]
    assert not any(torch.allclose(one, other) for one, other in itertools.pairwise(losses))


def test_expected_cost_with_uniform_costs_is_the_probability_of_an_error(make_context):
    logits, labels = case(0, 4)
    expected = [1 - reference.softmax(z)[y] for z, y in zip(logits, labels, strict=True)]
    value = evaluate(build(make_context, name="expected_cost", costs="uniform"), logits, labels)
    np.testing.assert_allclose(value.per_sample, expected, rtol=1e-6)


def test_gradient_of_the_expected_cost_is_its_formula(make_context):
    logits, labels = case(0, 4)
    tensor = torch.from_numpy(logits).requires_grad_()
    loss = build(make_context, name="expected_cost", matrix=MATRIX)
    loss(Batch(tensor, torch.from_numpy(labels), tensor)).per_sample.sum().backward()
    costs = np.array(MATRIX) / np.array(MATRIX)[~np.eye(4, dtype=bool)].mean()
    p = np.stack([reference.softmax(z) for z in logits])
    expected = p * (costs[labels] - (p * costs[labels]).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(tensor.grad, expected, rtol=1e-5, atol=1e-9)


def test_costs_follow_their_schedule_and_the_sampler(make_context):
    logits, labels = case(0, 4)
    costs = {"name": "compensated", "beta": 1.0, "schedule": {"name": "deferred", "start": 0.5}}
    loss = build(
        make_context,
        probabilities=lambda t: reference.class_probabilities(COUNTS, 1 - t),
        name="expected_cost",
        costs=costs,
    )
    uniform = build(make_context, name="expected_cost", costs="uniform")
    plain = evaluate(uniform, logits, labels).per_sample
    torch.testing.assert_close(evaluate(loss, logits, labels, 0.0).per_sample, plain)
    assert not torch.allclose(evaluate(loss, logits, labels, 0.5).per_sample, plain)
    torch.testing.assert_close(evaluate(loss, logits, labels, 1.0).per_sample, plain)


@pytest.mark.parametrize("given_costs", [{}, {"costs": "log", "matrix": MATRIX}])
def test_costs_are_given_in_exactly_one_form(make_context, given_costs):
    with pytest.raises(InputError, match="expected one of the two"):
        build(make_context, name="expected_cost", **given_costs)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (MATRIX[:3], "got 3 rows"),
        ([row[:3] for row in MATRIX], "expected 4 of 4"),
        ([[1.0] * 4] * 4, "0 on the diagonal"),
        ([[0.0] * 4] * 4, "not all 0"),
        ([[0.0, -1.0, 1.0, 1.0], *MATRIX[1:]], "expected a list of lists of numbers >= 0"),
        ([[0.0, float("nan"), 1.0, 1.0], *MATRIX[1:]], "expected a list of lists of numbers >= 0"),
    ],
)
def test_a_matrix_that_is_not_a_cost_matrix_is_an_error(make_context, matrix, message):
    with pytest.raises(InputError, match=message):
        build(make_context, name="expected_cost", matrix=matrix)


@few
@given(seed=seeds, weights=st.tuples(st.floats(0, 3), st.floats(0.1, 3)))
def test_a_combined_loss_is_the_sum_of_its_losses_times_their_weights(make_context, seed, weights):
    logits, labels = case(seed, 4)
    losses = ["cross_entropy", {"name": "focal", "gamma": 2.0}]
    loss = build(make_context, name="combined", losses=losses, weights=list(weights))
    expected = weights[0] * reference.cross_entropy(logits, labels) + weights[1] * reference.focal(logits, labels, 2)
    np.testing.assert_allclose(evaluate(loss, logits, labels).per_sample, expected, rtol=1e-6)


def test_terms_of_combined_losses_are_weighted_and_added_by_name(make_context):
    logits, labels = case(0, 4)
    gate = torch.from_numpy(np.random.default_rng(0).dirichlet(np.ones(3), len(labels)))
    extras = {"scale": torch.tensor(30.0), "log_gate": gate.log()}
    moe = evaluate(build(make_context, name="moe_ltsei"), logits, labels, **extras)
    loss = build(make_context, name="combined", losses=["moe_ltsei", "focal", "moe_ltsei"], weights=[0.5, 1.0, 2.0])
    value = evaluate(loss, logits, labels, **extras)
    assert set(value.terms) == {"gate"}
    assert value.terms["gate"].item() == pytest.approx(2.5 * moe.terms["gate"].item())


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [0.0, 0.0], [1.0, float("inf")]])
def test_weights_that_do_not_fit_the_losses_are_an_error(make_context, weights):
    with pytest.raises(InputError, match="weights"):
        build(make_context, name="combined", losses=["cross_entropy", "focal"], weights=weights)


@pytest.mark.parametrize(("losses", "weights"), [([], []), ("focal", [1.0])])
def test_a_combined_loss_needs_a_list_of_losses(make_context, losses, weights):
    with pytest.raises(InputError, match=r"losses: got .*, expected a list of 1 or more components of losses"):
        build(make_context, name="combined", losses=losses, weights=weights)
