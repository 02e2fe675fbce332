import copy
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from property import _reference as reference

from ltsei.components.losses._shared import Batch
from ltsei.core.context import build_component
from ltsei.core.errors import InputError

COUNTS = np.array([200, 60, 24, 9, 3])
few = settings(max_examples=20)
seeds = st.integers(0, 10_000)


def build(make_context, name, **parameters):
    return build_component("heads", {"name": name, **parameters}, make_context()).double().eval()


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


def test_the_default_initialisation_is_that_of_a_linear_layer(make_context):
    torch.manual_seed(4)
    layer = torch.nn.Linear(8, 5).double()
    torch.manual_seed(4)
    head = build(make_context, "linear")
    assert torch.equal(head.weight, layer.weight)
    assert torch.equal(head.bias, layer.bias)


def test_balanced_xavier_weights_all_have_the_root_mean_square_length_of_xavier_weights(make_context):
    head = build_component("heads", {"name": "linear", "init": "balanced_xavier"}, make_context(in_features=512))
    xavier = torch.nn.init.xavier_uniform_(torch.empty(5, 512))
    np.testing.assert_allclose(head.weight.detach().norm(dim=1), np.sqrt(2 * 512 / 517), rtol=1e-5)
    assert xavier.square().sum(1).mean().sqrt().item() == pytest.approx(np.sqrt(2 * 512 / 517), rel=0.05)
    assert not torch.allclose(head.weight[0], head.weight[1])


def test_kaiming_weights_are_normal_with_variance_two_over_the_features_and_the_bias_starts_as_by_default(make_context):
    torch.manual_seed(0)
    head = build_component("heads", {"name": "linear", "init": "kaiming"}, make_context(in_features=2048))
    weights = head.weight.detach().numpy() / np.sqrt(2 / 2048)
    assert weights.mean() == pytest.approx(0, abs=0.05) and weights.std() == pytest.approx(1, rel=0.03)
    assert (weights**4).mean() == pytest.approx(3, rel=0.1)  # of a normal distribution; 1.8 of a uniform one
    assert 0 < head.bias.abs().max() <= 2048**-0.5


def test_with_a_log_prior_bias_the_softmax_of_zero_features_is_the_prior(make_context):
    head = build(make_context, "linear", bias_init="log_prior")
    np.testing.assert_allclose(reference.softmax(logits(head, np.zeros((1, 8)))[0]), COUNTS / COUNTS.sum(), rtol=1e-6)


def test_with_a_one_vs_rest_bias_the_sigmoids_of_zero_features_are_one_in_c(make_context):
    head = build(make_context, "linear", bias_init="one_vs_rest")
    np.testing.assert_allclose(1 / (1 + np.exp(-logits(head, np.zeros((1, 8))))), 1 / 5, rtol=1e-6)


def test_a_bias_of_zero_leaves_features_of_zero_at_zero(make_context):
    assert (logits(build(make_context, "linear", bias_init="zero"), np.zeros((1, 8))) == 0).all()


def test_the_initialisation_of_the_bias_leaves_the_weights(make_context):
    heads = []
    for bias_init in ("default", "log_prior"):
        torch.manual_seed(4)
        heads.append(build(make_context, "linear", bias_init=bias_init))
    assert torch.equal(heads[0].weight, heads[1].weight)


@pytest.mark.parametrize("tau", [0.0, 1.0, 1.2])
def test_a_logit_adjusted_head_adds_the_log_prior_in_training_only(make_context, tau):
    head, values = build(make_context, "logit_adjusted_linear", tau=tau), features(0)
    plain = values @ parameters_of(head)["weight"].T + parameters_of(head)["bias"]
    np.testing.assert_allclose(logits(head, values), plain, rtol=1e-9)
    head.train()
    adjustment = tau * np.log(COUNTS / COUNTS.sum())
    np.testing.assert_allclose(logits(head, values), plain + adjustment, rtol=1e-6)


def test_cross_entropy_of_a_logit_adjusted_head_is_the_logit_adjustment_loss_of_a_linear_head(make_context):
    head, values = build(make_context, "logit_adjusted_linear", tau=1.3).train(), torch.from_numpy(features(0))
    labels = torch.arange(4)
    plain = torch.nn.functional.linear(values, head.weight, head.bias)
    losses = [
        build_component("losses", spec, make_context())(Batch(given_logits, labels, values)).per_sample
        for spec, given_logits in [
            ("cross_entropy", head(values).logits),
            ({"name": "logit_adjustment", "tau": 1.3}, plain),
        ]
    ]
    torch.testing.assert_close(*losses)


@few
@given(seed=seeds, temperature=st.floats(0.1, 10))
def test_temperature_scaled_logits_are_their_formula(make_context, seed, temperature):
    head, values = build(make_context, "temperature_scaled", temperature=temperature), features(seed)
    plain = values @ parameters_of(head)["weight"].T + parameters_of(head)["bias"]
    np.testing.assert_allclose(logits(head, values), plain / temperature, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", ["logit_adjusted_linear", "temperature_scaled"])
def test_variants_of_the_linear_head_start_as_the_linear_head(make_context, name):
    heads = []
    for other in (name, "linear"):
        torch.manual_seed(4)
        heads.append(build(make_context, other))
    assert np.array_equal(logits(heads[0], features(0)), logits(heads[1], features(0)))


@pytest.mark.parametrize("name", ["cosine", "moe_cosine"])
def test_cosines_ignore_the_gate_probabilities_among_the_features(make_context, name):
    context = SimpleNamespace(num_classes=5, in_features=8, bias_columns=(6, 7))
    head, values = build_component("heads", name, context).double().eval(), features(0)
    changed = values.copy()
    changed[:, 6:] = 9.0
    assert head.weight.shape[-1] == 6
    assert np.array_equal(logits(head, changed), logits(head, values))


@few
@given(seed=seeds, scale=st.sampled_from([1.0, 16.0, 30.0]))
def test_cosine_logits_are_their_formula(make_context, seed, scale):
    head, values = build(make_context, "cosine", scale=scale), features(seed)
    expected = reference.cosine_logits(values, parameters_of(head)["weight"], scale)
    np.testing.assert_allclose(logits(head, values), expected, rtol=1e-9, atol=1e-9)
    assert head(torch.from_numpy(values)).extras["scale"].item() == scale


@pytest.mark.parametrize("name", ["cosine", "moe_cosine"])
def test_a_scale_written_as_a_whole_number_is_a_float_tensor(make_context, name):
    head = build_component("heads", {"name": name, "scale": 16}, make_context())
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
def test_mixture_logits_are_the_mean_of_the_experts_cosines_weighted_by_the_gate(make_context, seed, experts):
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


def test_the_gate_may_see_features_of_length_one(make_context):
    head, values = build(make_context, "moe_cosine", gate_input="unit"), features(0)
    by_name = parameters_of(head)
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    hidden = np.maximum(unit @ by_name["gate.0.weight"].T + by_name["gate.0.bias"], 0)
    scores = hidden @ by_name["gate.3.weight"].T + by_name["gate.3.bias"]
    expected = np.stack([reference.softmax(row) for row in scores])
    np.testing.assert_allclose(head(torch.from_numpy(values)).extras["gate"].detach(), expected, rtol=1e-9)


def test_kaiming_weights_have_variances_2_by_d_and_1_by_d(make_context):
    head = build_component(
        "heads", {"name": "moe_cosine", "init": "kaiming", "gate_hidden": 512}, make_context(in_features=64)
    )
    assert head.gate[0].weight.std().item() == pytest.approx(np.sqrt(2 / 64), rel=0.05)
    assert (head.gate[0].bias == 0).all()
    assert head.weight.std().item() == pytest.approx(np.sqrt(1 / 64), rel=0.1)
    assert head.weight.norm(dim=2).std() > 0.01


def test_one_expert_is_a_cosine_head(make_context):
    mixture, cosine = build(make_context, "moe_cosine", experts=1), build(make_context, "cosine")
    with torch.no_grad():
        cosine.weight.copy_(mixture.weight[0])
    np.testing.assert_allclose(logits(mixture, features(0)), logits(cosine, features(0)), rtol=1e-9)


def test_experts_start_different_and_with_nearly_equal_gate_probabilities(make_context):
    head = build(make_context, "moe_cosine")
    gate = head(torch.from_numpy(features(0, signals=200))).extras["gate"]
    assert not torch.allclose(head.weight[0], head.weight[1])
    assert (gate - 1 / 3).abs().max() < 0.1


def test_dropout_acts_in_training_only(make_context):
    head, values = build(make_context, "moe_cosine", gate_dropout=0.5), features(0)
    assert np.array_equal(logits(head, values), logits(head, values))
    head.train()
    assert not np.array_equal(logits(head, values), logits(head, values))


def test_experts_may_see_features_that_are_not_normalised(make_context):
    head, values = build(make_context, "moe_cosine", normalize_features=False), features(0)
    np.testing.assert_allclose(logits(head, 2 * values), 2 * logits(head, values), rtol=1e-9)


def test_an_initialisation_of_a_bias_that_the_head_lacks_is_an_error(make_context):
    with pytest.raises(InputError, match="bias_init: got 'zero' for a head without bias"):
        build(make_context, "linear", bias=False, bias_init="zero")
