import pytest

NAME = "mixture_of_experts_resnet"


def test_size_and_cost_at_4800_samples_and_100_classes(parameters_and_macs):
    assert parameters_and_macs(NAME, 4800, 100) == pytest.approx((1.36e6, 730e6), rel=0.01)


def test_two_experts_see_the_time_domain_and_one_sees_the_spectrum(network):
    experts = [type(expert).__name__ for expert in network(NAME, 64, 2).experts]
    assert experts == ["ResNet", "Tcn", "SpectralExpert"]
