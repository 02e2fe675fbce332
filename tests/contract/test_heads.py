from types import SimpleNamespace

import pytest
import torch

from ltsei.core import registry
from ltsei.core.context import build_component

EXAMPLES = {"disalign": {"init_scale": 0.5}}
"""Parameters of members that have some without a default, or parameters with no gradient at their default start."""
NAMES = registry.names("heads")


def build(name, context, seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return build_component("heads", {"name": name, **EXAMPLES.get(name, {})}, context)


@pytest.fixture(params=NAMES)
def case(request, make_context):
    context = make_context()
    features = torch.randn(6, context.in_features, generator=torch.Generator().manual_seed(0))
    return SimpleNamespace(
        name=request.param, context=context, features=features, head=build(request.param, context).eval()
    )


@pytest.mark.parametrize("signals", [1, 6])
def test_one_finite_logit_per_class(case, signals):
    logits = case.head(case.features[:signals]).logits
    assert logits.shape == (signals, case.context.num_classes)
    assert torch.isfinite(logits).all()


def test_features_of_zero_give_finite_logits(case):
    assert torch.isfinite(case.head(torch.zeros_like(case.features)).logits).all()


def test_signals_do_not_influence_each_other(case):
    together, alone = case.head(case.features).logits, case.head(case.features[2:3]).logits
    torch.testing.assert_close(together[2:3], alone)


def test_gradient_reaches_features_and_every_parameter(case):
    features = case.features.requires_grad_()
    case.head(features).logits.square().sum().backward()
    gradients = [features.grad, *(parameter.grad for parameter in case.head.parameters())]
    assert all(torch.isfinite(gradient).all() and gradient.abs().sum() > 0 for gradient in gradients)


def test_the_seed_decides_the_initial_weights(case):
    same, other = build(case.name, case.context).eval(), build(case.name, case.context, seed=1).eval()
    assert torch.equal(same(case.features).logits, case.head(case.features).logits)
    assert not torch.equal(other(case.features).logits, case.head(case.features).logits)


def test_stored_weights_restore_the_head(case):
    other = build(case.name, case.context, seed=1).eval()
    other.load_state_dict(case.head.state_dict())
    assert torch.equal(other(case.features).logits, case.head(case.features).logits)
