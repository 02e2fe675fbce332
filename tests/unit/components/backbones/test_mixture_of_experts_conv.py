import pytest
import torch
from torch import nn

from ltsei.core.errors import InputError

NAME = "mixture_of_experts_conv"
SMALL = [
    {"name": "convnet_adsb", "width": 0.1},
    {"name": "dilated_tcn", "stem": "strided", "channels": 4},
    {"name": "frequency_expert", "band": 0.5, "backbone": {"name": "resnet1d", "base": 4, "stages": 2}},
]
CLASSES = 5


@pytest.fixture
def signals():
    return torch.randn(6, 2, 128, generator=torch.Generator().manual_seed(0))


def test_size_and_cost_at_4800_samples_and_100_classes(parameters_and_macs):
    assert parameters_and_macs(NAME, 4800, 100) == pytest.approx((11.9e6, 1240e6), rel=0.01)


def test_size_is_that_of_the_experts_with_their_classifiers_and_of_the_gate(network, parameters_and_macs):
    gate = sum(weight.numel() for weight in network(NAME, 64, 2).gate.parameters())
    experts = ("convnet_adsb", "dilated_tcn", "frequency_expert")
    total = sum(parameters_and_macs(name, 4800, 100)[0] for name in experts)
    assert parameters_and_macs(NAME, 4800, 100)[0] == total + gate


def test_a_linear_head_without_bias_is_the_mixture_of_linear_classifiers_with_biases(network, signals):
    model = network(NAME, 128, 2, experts=SMALL).eval()
    classifiers = [nn.Linear(expert.out_features, CLASSES) for expert in model.experts]
    each = [classifier(expert(signals)) for classifier, expert in zip(classifiers, model.experts, strict=True)]
    mixed = (model.gate(signals)[:, :, None] * torch.stack(each, 1)).sum(1)

    head = nn.Linear(model.out_features, CLASSES, bias=False)
    weights, biases = ([getattr(classifier, name) for classifier in classifiers] for name in ("weight", "bias"))
    head.weight.data = torch.cat([*weights, torch.stack(biases, 1)], 1)
    torch.testing.assert_close(head(model(signals)), mixed, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(head.weight[:, model.bias_columns], torch.stack(biases, 1))


def test_gate_probabilities_are_positive_and_sum_to_one(network, signals):
    gate = network(NAME, 128, 2, experts=SMALL).eval().gate(10 * signals)
    assert (gate > 0).all()
    torch.testing.assert_close(gate.sum(1), torch.ones(6))


def test_gate_probabilities_differ_between_signals(network, signals):
    assert network(NAME, 128, 2, experts=SMALL).eval().gate(signals).std(0).min() > 0


def test_a_single_expert_has_probability_one_and_its_own_features(network, signals):
    model = network(NAME, 128, 2, experts=SMALL[:1]).eval()
    features = model(signals)
    torch.testing.assert_close(features[:, -1], torch.ones(6), rtol=0, atol=0)
    torch.testing.assert_close(features[:, :-1], model.experts[0](signals), rtol=0, atol=0)
    assert model.bias_columns == (35,)


def test_equal_experts_with_shared_weights_are_one_expert_in_the_sum(network, signals):
    model = network(NAME, 128, 2, experts=[SMALL[1]] * 3).eval()
    for expert in model.experts:
        expert.load_state_dict(model.experts[0].state_dict())
    parts = model(signals)[:, :12].view(6, 3, 4).sum(1)
    torch.testing.assert_close(parts, model.experts[0](signals))


def test_gate_probabilities_are_float32_under_autocast(network, signals):
    model = network(NAME, 128, 2, experts=SMALL).eval()
    with torch.autocast("cpu", torch.bfloat16):
        gate = model(signals)[:, model.bias_columns]
    assert gate.dtype == torch.float32
    torch.testing.assert_close(gate.sum(1), torch.ones(6))


def test_the_gate_works_without_batch_normalisation(network, signals):
    model = network(NAME, 128, 2, experts=SMALL[:1], gate_norm="gn")
    torch.testing.assert_close(model.gate(signals)[:1], model.gate(signals[:1]))
    assert not [module for module in model.gate.modules() if isinstance(module, nn.BatchNorm2d)]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"experts": []}, "expected a list of 1 or more components of backbones"),
        ({"experts": "resnet1d"}, "expected a list of 1 or more components of backbones"),
        ({"experts": [{"name": NAME, "experts": SMALL}]}, "one of them is a mixture of experts itself"),
    ],
)
def test_a_mixture_needs_a_list_of_experts_that_are_not_mixtures(network, parameters, message):
    with pytest.raises(InputError, match=message):
        network(NAME, 64, 2, **parameters)
