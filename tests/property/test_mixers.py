"""Mixers, against transcriptions of their papers in NumPy."""

import numpy as np
import pytest
import torch

from ltsei.components.mixers._shared import Pair
from ltsei.core.context import build_component

SIGNALS = 16


def pair(make_context, progress=0.5, seed=0, shape=(64, 2)):
    generator = torch.Generator().manual_seed(7)
    first, second = (torch.randn(SIGNALS, *shape, generator=generator) for _ in range(2))
    labels = torch.randint(0, 5, (SIGNALS,), generator=generator), torch.randint(0, 5, (SIGNALS,), generator=generator)
    return Pair(first, second, labels, progress, torch.Generator().manual_seed(seed))


def mixed(given, make_context, name, **parameters):
    return build_component("mixers", {"name": name, **parameters}, make_context()).mix(given)


@pytest.mark.parametrize("level", ["signals", "features"])
def test_mixup_is_a_line_between_two_signals_in_the_share_of_their_labels(make_context, level):
    given = pair(make_context)
    values, share = mixed(given, make_context, "mixup", level=level)
    share = share.double().numpy()
    assert len(np.unique(share)) == 1
    expected = share[:, None, None] * given.first.numpy() + (1 - share)[:, None, None] * given.second.numpy()
    np.testing.assert_allclose(values.numpy(), expected, atol=1e-6)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_the_share_of_mixup_follows_beta(make_context, alpha):
    shares = [mixed(pair(make_context, seed=seed), make_context, "mixup", alpha=alpha).share[0] for seed in range(2000)]
    shares = torch.stack(shares).double().numpy()
    assert shares.mean() == pytest.approx(0.5, abs=0.03)
    assert shares.var() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.1)


@pytest.mark.parametrize(("progress", "alpha"), [(0.0, 1.0), (0.5, 0.75), (1.0, 0.0)])
def test_bilateral_mixing_moves_from_the_first_branch_to_the_second(make_context, progress, alpha):
    given = pair(make_context, progress, shape=(8,))
    values, share = mixed(given, make_context, "bilateral")
    expected = 2 * (alpha * given.first.numpy() + (1 - alpha) * given.second.numpy())
    np.testing.assert_allclose(values.numpy(), expected, atol=1e-6)
    np.testing.assert_allclose(share.numpy(), np.full(SIGNALS, alpha))


def test_switched_mixing_ends_at_its_progress(make_context):
    for progress, end, mixes in ((0.79, 0.8, True), (0.8, 0.8, False), (1.0, 1.0, False), (0.0, 0.0, False)):
        given = pair(make_context, progress)
        values, share = mixed(given, make_context, "switched", end=end)
        plain = mixed(pair(make_context, progress), make_context, "mixup")
        assert torch.equal(values, plain.values if mixes else given.first)
        assert torch.equal(share, plain.share if mixes else torch.ones(SIGNALS))
