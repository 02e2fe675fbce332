import pytest
import torch
from torch import nn

from ltsei.core import registry
from ltsei.core.context import build_component
from ltsei.training.repeatable_step import RepeatableStep

EXAMPLES = {}
"""Parameters of members that have some without a default."""
INPUTS = torch.randn(20, 8, generator=torch.Generator().manual_seed(1))
LABELS = torch.arange(20) % 5


class Case:
    """A linear classifier of five classes, and the gradient of its cross-entropy."""

    def __init__(self, name, context):
        self.update = build_component("updates", {"name": name, **EXAMPLES.get(name, {})}, context)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.model = nn.Sequential(nn.Linear(8, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 5))
        self.update.start(self.model)
        self.factors = []

    def add_gradient(self, factors):
        self.factors.append(factors)
        losses = nn.functional.cross_entropy(self.model(INPUTS), LABELS, reduction="none")
        (losses if factors is None else losses * factors[LABELS]).mean().backward()
        return losses.mean().item()

    def step(self):
        step = RepeatableStep(self.add_gradient, list(self.model.parameters()), [self.model], torch.Generator())
        self.update.take_gradient(step)
        return step


@pytest.fixture(params=registry.names("updates"))
def case(request, make_context):
    return Case(request.param, make_context())


def test_every_parameter_gets_a_finite_gradient(case):
    case.step()
    assert all(parameter.grad.isfinite().all() for parameter in case.model.parameters())
    assert any(parameter.grad.abs().sum() > 0 for parameter in case.model.parameters())


def test_the_weights_return_byte_by_byte(case):
    before = [parameter.detach().clone() for parameter in case.model.parameters()]
    case.step()
    assert all(map(torch.equal, before, case.model.parameters()))


def test_the_batch_counts_once_in_the_running_statistics(case):
    case.step()
    assert case.model[1].num_batches_tracked == 1


def test_the_records_are_those_of_the_first_pass(case):
    expected = case.add_gradient(None)
    case.model.zero_grad()
    assert case.step().records == pytest.approx(expected)


def test_factors_are_one_for_each_class(case):
    case.step()
    assert all(factors is None or factors.shape == (5,) for factors in case.factors)


def test_constrained_weights_stay_finite(case):
    case.step()
    with torch.no_grad():
        for parameter in case.model.parameters():
            parameter.mul_(10)
    case.update.constrain()
    assert all(parameter.isfinite().all() for parameter in case.model.parameters())
