from types import SimpleNamespace

import pytest
import torch

from ltsei.components.mixers._shared import Pair
from ltsei.core import registry
from ltsei.core.context import build_component

EXAMPLES = {}
"""Parameters of members that have some without a default."""
NAMES = registry.names("mixers")
SIGNALS = 12


def tensors(level, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((SIGNALS, 64, 2) if level == "signals" else (SIGNALS, 8), generator=generator)


@pytest.fixture(params=NAMES)
def mixer(request, make_context):
    spec = {"name": request.param, **EXAMPLES.get(request.param, {})}
    return SimpleNamespace(name=request.param, built=build_component("mixers", spec, make_context()))


def pair(mixer, progress=0.3, seed=0):
    labels = torch.arange(SIGNALS) % 5, torch.arange(SIGNALS).flip(0) % 5
    generator = torch.Generator().manual_seed(seed)
    return Pair(tensors(mixer.built.level, 1), tensors(mixer.built.level, 2), labels, progress, generator)


@pytest.mark.parametrize("progress", [0.0, 0.3, 1.0])
def test_values_keep_their_shape_and_shares_lie_between_0_and_1(mixer, progress):
    values, share = mixer.built.mix(pair(mixer, progress))
    assert values.shape == tensors(mixer.built.level, 1).shape
    assert values.dtype == torch.float32
    assert values.isfinite().all()
    assert share.shape == (SIGNALS,)
    assert ((share >= 0) & (share <= 1)).all()


def test_a_share_of_1_for_every_signal_leaves_the_first_batch_as_it_is(mixer):
    for seed in range(20):
        given = pair(mixer, 1.0, seed)
        values, share = mixer.built.mix(given)
        if mixer.built.level == "signals" and (share == 1).all():
            assert torch.equal(values, given.first)


def test_the_generator_alone_decides(mixer):
    (one, share), (other, again) = mixer.built.mix(pair(mixer)), mixer.built.mix(pair(mixer))
    assert torch.equal(one, other)
    assert torch.equal(share, again)


def test_the_given_batches_are_left_unchanged(mixer):
    given = pair(mixer)
    before = given.first.clone(), given.second.clone()
    mixer.built.mix(given)
    assert torch.equal(given.first, before[0])
    assert torch.equal(given.second, before[1])


def test_gradient_flows_through_mixed_features(mixer):
    given = pair(mixer)
    given.first.requires_grad_()
    mixer.built.mix(given).values.square().sum().backward()
    assert given.first.grad.isfinite().all()


def test_the_docstring_says_whether_the_mixture_is_safe_for_emitter_labels(mixer):
    assert "abel-safe" in (registry.FOLDER / "mixers" / f"{mixer.name}.py").read_text()
