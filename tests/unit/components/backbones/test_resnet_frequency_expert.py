import pytest
import torch

NAME = "resnet_frequency_expert"


def test_size_and_cost_at_4800_samples_and_100_classes(parameters_and_macs):
    assert parameters_and_macs(NAME, 4800, 100) == pytest.approx((0.255e6, 52e6), rel=0.01)


def test_it_is_the_frequency_expert_with_a_residual_network(network):
    signals = torch.randn(4, 2, 96, generator=torch.Generator().manual_seed(0))
    other = network("frequency_expert", 96, 2, backbone={"name": "resnet1d", "base": 16}).eval()
    model = network(NAME, 96, 2).eval()
    model.load_state_dict(other.state_dict())
    torch.testing.assert_close(model(signals), other(signals), rtol=0, atol=0)
