import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei.core.context import build_component

few = settings(max_examples=20)


def build(make_context, name="moe_residual", **parameters):
    torch.manual_seed(4)
    return build_component("heads", {"name": name, **parameters}, make_context()).double().eval()


def trained(head):
    """The head with corrections as large as its cosines and a gate that is far from uniform."""
    with torch.no_grad():
        head.correct.mul_(100)
        head.gate[3].weight.mul_(300)
    return head


def features(seed=0):
    return np.random.default_rng(seed).normal(size=(6, 8))


def outputs(head, values):
    output = head(torch.from_numpy(values))
    return output.logits.detach().numpy(), output.extras


def corrections(parameters, unit):
    """Each expert's correction [E, N, C], scale left out."""
    experts = zip(parameters["reduce"], parameters["correct"], strict=True)
    return np.stack([unit @ reduce.T @ correct.T for reduce, correct in experts])


@few
@given(
    seed=st.integers(0, 10_000), experts=st.integers(1, 4), rank=st.integers(1, 3), floor=st.sampled_from([0.0, 0.3, 1])
)
def test_logits_are_the_shared_cosines_and_the_gated_corrections(make_context, seed, experts, rank, floor):
    head = trained(build(make_context, experts=experts, rank=rank, gate_floor=floor, scale=7.0))
    values = features(seed)
    parameters = {name: value.detach().numpy() for name, value in head.named_parameters()}
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    hidden = np.maximum(np.sqrt(8) * unit @ parameters["gate.0.weight"].T + parameters["gate.0.bias"], 0)
    scores = hidden @ parameters["gate.3.weight"].T + parameters["gate.3.bias"]
    gate = (1 - floor) * np.stack([reference.softmax(row) for row in scores]) + floor / experts
    logits, extras = outputs(head, values)
    shared, corrected = reference.cosine_logits(values, parameters["weight"], 7.0), corrections(parameters, unit)
    expected = shared + 7.0 * np.einsum("nk,knc->nc", gate, corrected)
    np.testing.assert_allclose(logits, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(extras["gate"].detach(), gate, rtol=1e-9)
    choices = (shared + 7.0 * corrected).argmax(2).T
    assert np.array_equal(extras["choices"], choices)


def test_of_rank_zero_it_is_the_cosine_head(make_context):
    logits = outputs(build(make_context, rank=0), features())[0]
    assert np.array_equal(logits, outputs(build(make_context, "cosine", scale=10.0), features())[0])


def test_at_the_start_it_is_nearly_the_cosine_head(make_context):
    logits = outputs(build(make_context), features())[0]
    np.testing.assert_allclose(logits, outputs(build(make_context, "cosine", scale=10.0), features())[0], atol=0.5)


def test_with_a_floor_of_one_all_experts_count_the_same_for_every_signal(make_context):
    gate = outputs(trained(build(make_context, gate_floor=1.0)), features())[1]["gate"]
    np.testing.assert_allclose(gate.detach(), 1 / 3, rtol=1e-12)


@pytest.mark.parametrize("floor", [0.3, 0.9])
def test_no_expert_has_less_than_its_part_of_the_floor(make_context, floor):
    gate = outputs(trained(build(make_context, gate_floor=floor)), features())[1]["gate"].detach()
    assert gate.min() >= floor / 3
    np.testing.assert_allclose(gate.sum(1), 1, rtol=1e-12)


def test_lengths_of_features_do_not_matter(make_context):
    head = trained(build(make_context))
    np.testing.assert_allclose(outputs(head, 30 * features())[0], outputs(head, features())[0], rtol=1e-9)
