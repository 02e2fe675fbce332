from dataclasses import replace

import pytest
import torch

from ltsei.components.augmentations._shared import Guided
from ltsei.core import registry
from ltsei.core.context import build_component

EXAMPLES = {"random_crop": {"pad": 20}}
"""Parameters with which nearly every signal changes, of members whose defaults leave some as they are."""
NAMES = registry.names("augmentations")


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def activation(signals):
    """A class activation with its peak in the middle."""
    time = torch.linspace(-1, 1, signals.shape[1])
    return torch.exp(-((4 * time) ** 2)).expand(len(signals), -1)


@pytest.fixture(params=NAMES)
def augment(request, make_context):
    """Applies the augmentation with probability p to 32 signals."""

    def apply(signals, p, seed=0):
        spec = {"name": request.param, **EXAMPLES.get(request.param, {}), "p": p}
        context = replace(make_context(), sample_rate_hz=1e6)
        built = build_component("augmentations", spec, context)
        if isinstance(built, Guided):
            return built.change(signals, generator(seed), activation(signals))
        return built(signals, generator(seed))

    return apply


@pytest.fixture
def signals():
    return torch.randn(32, 128, 2, generator=generator())


def test_probability_zero_is_the_identity(augment, signals):
    assert torch.equal(augment(signals, 0.0), signals)


def test_probability_one_changes_nearly_all_signals_and_keeps_their_shape(augment, signals):
    result = augment(signals, 1.0)
    assert result.shape == signals.shape
    assert result.dtype == signals.dtype
    assert torch.isfinite(result).all()
    assert (result != signals).flatten(1).any(1).sum() > 28


def test_about_half_of_the_signals_change_at_probability_one_half(augment, signals):
    unchanged = (augment(signals, 0.5) == signals).flatten(1).all(1).sum()
    assert 6 < unchanged < 26


@pytest.mark.parametrize("shape", [(3, 64, 2), (3, 64, 5, 2), (1, 71, 2)])
def test_signals_of_any_number_and_shape_keep_their_shape(augment, shape):
    result = augment(torch.randn(shape, generator=generator()), 1.0)
    assert result.shape == shape
    assert torch.isfinite(result).all()


def test_signals_of_zeros_stay_finite(augment):
    assert torch.isfinite(augment(torch.zeros(4, 64, 2), 1.0)).all()


def test_the_given_signals_are_left_unchanged(augment, signals):
    before = signals.clone()
    augment(signals, 1.0)
    assert torch.equal(signals, before)


def test_the_generator_alone_decides(augment, signals):
    assert torch.equal(augment(signals, 0.7), augment(signals, 0.7))
    assert not torch.equal(augment(signals, 0.7), augment(signals, 0.7, seed=1))
