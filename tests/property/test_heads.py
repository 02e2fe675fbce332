import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei import components
from ltsei.errors import InputError

few = settings(max_examples=20)
seeds = st.integers(0, 10_000)


def build(make_context, name, **parameters):
    return components.build("heads", {"name": name, **parameters}, make_context()).double().eval()


def features(seed, signals=4):
    return np.random.default_rng(seed).normal(size=(signals, 8))


def logits(head, values):
    return head(torch.from_numpy(values)).logits.detach().numpy()


def parameters_of(head):
    return {name: value.detach().numpy() for name, value in head.named_parameters()}


@pytest.mark.parametrize("bias", [True, False])
def test_linear_logits_are_their_formula(make_context, bias):
    head, values = build(make_context, "linear", bias=bias), features(0)
    expected = values @ parameters_of(head)["weight"].T + (parameters_of(head)["bias"] if bias else 0)
    np.testing.assert_allclose(logits(head, values), expected, rtol=1e-9)
    assert ("bias" in parameters_of(head)) == bias


@few
@given(seed=seeds, scale=st.sampled_from([1.0, 16.0, 30.0]))
def test_cosine_logits_are_their_formula(make_context, seed, scale):
    head, values = build(make_context, "cosine", scale=scale), features(seed)
    expected = reference.cosine_logits(values, parameters_of(head)["weight"], scale)
    np.testing.assert_allclose(logits(head, values), expected, rtol=1e-9, atol=1e-9)
    assert head(torch.from_numpy(values)).extras["scale"].item() == scale


@pytest.mark.parametrize("name", ["cosine", "moe_cosine"])
def test_a_scale_written_as_a_whole_number_is_no_integer_tensor(make_context, name):
    head = components.build("heads", {"name": name, "scale": 16}, make_context())
    assert head(torch.ones(1, 8)).extras["scale"].dtype == torch.float32


@few
@given(seed=seeds, factor=st.floats(0.01, 100))
def test_lengths_do_not_matter_to_cosine_logits(make_context, seed, factor):
    head, values = build(make_context, "cosine"), features(seed)
    stretched = copy.deepcopy(head)
    with torch.no_grad():
        stretched.weight.mul_(torch.rand(5, 1) + 0.5)
    np.testing.assert_allclose(logits(stretched, factor * values), logits(head, values), rtol=1e-8, atol=1e-8)


@few
@given(seed=seeds, experts=st.integers(1, 4))
def test_mixture_logits_are_the_gates_mean_of_the_experts_cosines(make_context, seed, experts):
    head, values = build(make_context, "moe_cosine", experts=experts), features(seed)
    output = head(torch.from_numpy(values))
    gate, weight = output.extras["gate"].detach().numpy(), parameters_of(head)["weight"]
    expected = sum(gate[:, [k]] * reference.cosine_logits(values, weight[k], 30.0) for k in range(experts))
    np.testing.assert_allclose(output.logits.detach(), expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(gate.sum(axis=1), 1, rtol=1e-12)


def test_the_gate_is_the_softmax_of_its_network_on_features_of_length_root_d(make_context):
    head, values = build(make_context, "moe_cosine"), features(0)
    by_name = parameters_of(head)
    unit = np.sqrt(8) * values / np.linalg.norm(values, axis=1, keepdims=True)
    hidden = np.maximum(unit @ by_name["gate.0.weight"].T + by_name["gate.0.bias"], 0)
    scores = hidden @ by_name["gate.3.weight"].T + by_name["gate.3.bias"]
    expected = np.stack([reference.softmax(row) for row in scores])
    np.testing.assert_allclose(head(torch.from_numpy(values)).extras["gate"].detach(), expected, rtol=1e-9)


def test_one_expert_is_a_cosine_head(make_context):
    mixture, cosine = build(make_context, "moe_cosine", experts=1), build(make_context, "cosine")
    with torch.no_grad():
        cosine.weight.copy_(mixture.weight[0])
    np.testing.assert_allclose(logits(mixture, features(0)), logits(cosine, features(0)), rtol=1e-9)


def test_experts_start_different_and_with_nearly_equal_shares(make_context):
    head = build(make_context, "moe_cosine")
    gate = head(torch.from_numpy(features(0, signals=200))).extras["gate"]
    assert not torch.allclose(head.weight[0], head.weight[1])
    assert (gate - 1 / 3).abs().max() < 0.1


def test_dropout_acts_in_training_only(make_context):
    head, values = build(make_context, "moe_cosine", gate_dropout=0.5), features(0)
    assert np.array_equal(logits(head, values), logits(head, values))
    head.train()
    assert not np.array_equal(logits(head, values), logits(head, values))


def test_experts_may_see_features_with_their_length(make_context):
    head, values = build(make_context, "moe_cosine", normalize_features=False), features(0)
    np.testing.assert_allclose(logits(head, 2 * values), 2 * logits(head, values), rtol=1e-9)


@pytest.mark.parametrize(
    "spec",
    [
        {"name": "cosine", "scale": 0.0},
        {"name": "moe_cosine", "scale": 1.0},
        {"name": "moe_cosine", "experts": 0},
        {"name": "moe_cosine", "gate_hidden": 0},
        {"name": "moe_cosine", "gate_dropout": 1.0},
    ],
)
def test_a_value_out_of_range_is_an_error_which_names_the_parameter(make_context, spec):
    with pytest.raises(InputError, match=list(spec)[1]):
        components.build("heads", spec, make_context())
