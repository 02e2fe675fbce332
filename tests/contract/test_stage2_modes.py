import copy
from types import SimpleNamespace

import pytest
import torch

from ltsei.core import registry
from ltsei.core.context import build_component

EXAMPLES = {}
"""Parameters of members that have some without a default."""
HEADS = {"disalign": {"name": "disalign", "init_scale": 0.5}}
"""Heads with a parameter that has no gradient at its default start."""
NAMES = [n for n in registry.names("stage2_modes") if not registry.declared("stage2_modes", n, "MOVES_BACKBONE", 0)]


@pytest.fixture(params=NAMES)
def case(request, make_context):
    context = make_context()
    torch.manual_seed(0)
    required = registry.declared("stage2_modes", request.param, "REQUIRES", {})
    spec = registry.resolve("heads", HEADS.get(request.param, required.get("head", ["linear"])[0]), "heads")
    stage1_head = build_component("heads", spec, context)
    before = copy.deepcopy(stage1_head.state_dict())
    mode = build_component("stage2_modes", {"name": request.param, **EXAMPLES.get(request.param, {})}, context)
    features = torch.randn(16, context.in_features)
    return SimpleNamespace(
        context=context, stage1_head=stage1_head, before=before, features=features, prepared=mode(stage1_head, spec)
    )


def train(case):
    """Take one step with everything that the optimizer is given."""
    optimizer = torch.optim.SGD(case.prepared.parameters, lr=0.1)
    case.prepared.head(case.features).logits.square().mean().backward()
    optimizer.step()


def test_one_step_changes_the_named_parameters_and_nothing_else(case):
    head, named = case.prepared.head, {id(parameter) for parameter in case.prepared.parameters}
    expected = {name for name, parameter in head.named_parameters() if id(parameter) in named}
    before = copy.deepcopy(head.state_dict())
    train(case)
    assert expected
    assert {name for name, value in head.state_dict().items() if not torch.equal(value, before[name])} == expected


def test_the_stage_1_head_is_left_unchanged(case):
    train(case)
    assert all(torch.equal(value, case.before[name]) for name, value in case.stage1_head.state_dict().items())


def test_the_folded_head_is_a_plain_head_with_the_trained_logits(case):
    train(case)
    spec, folded = case.prepared.fold(case.prepared.head)
    plain = build_component("heads", spec, case.context)
    plain.load_state_dict(folded.state_dict())
    case.prepared.head.eval()
    torch.testing.assert_close(
        plain.eval()(case.features).logits, case.prepared.head(case.features).logits, rtol=1e-5, atol=1e-6
    )
