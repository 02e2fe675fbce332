"""What the experts of a trained network say of the test signals and of two views of each."""

import numpy as np
import pytest
import torch
from tones import make_store, split_of

from ltsei.config.recipe import Views
from ltsei.core.context import prior_context
from ltsei.core.errors import InputError
from ltsei.training.expert_views import expert_views
from ltsei.training.model import (
    Classifier,
    build_classifier,
    context_of_head,
    extract,
    stored_component,
    stored_context,
)

CPU, STORE = torch.device("cpu"), make_store()
SPLIT = split_of(STORE)
BRANCHES = {"name": "branched", "backbone": {"name": "resnet1d", "base": 4}, "branches": 2}
NOISE = {"name": "gaussian_noise", "p": 1.0, "min_snr_db": 20.0, "max_snr_db": 30.0}
INPUT = {"length": 64, "normalize": "rms"}


def trained(head):
    """A checkpoint with untrained weights, and its classifier."""
    context = prior_context(SPLIT.class_counts, signal_shape=(64, 2), sample_rate_hz=8e6)
    model: Classifier = build_classifier(BRANCHES, head, context, seed=0)
    parts = {
        "backbone": stored_component(BRANCHES, model.backbone),
        "head": stored_component({"name": head}, model.head),
        "context": stored_context(context_of_head(context, model.backbone)),
        "input": INPUT,
    }
    return parts, model


def made(parts, *augmentations, seed=0, batch_size=20):
    recipe = Views(augmentations=list(augmentations), batch_size=batch_size, precision="float32", threads=1)
    return expert_views(recipe, parts, parts, STORE, SPLIT, seed=seed, device=CPU)


def test_the_first_are_the_logits_of_the_test_signals_and_the_others_differ():
    parts, model = trained("experts")
    views = made(parts, NOISE)
    signals = torch.from_numpy(STORE.test_signals[:, :64])
    signals = signals / signals.square().mean((1, 2), keepdim=True).sqrt()
    expected = extract(model, [signals])[1].extras["expert_logits"].movedim(1, 0).numpy()
    assert (views.shape, views.dtype) == ((3, 2, len(signals), 3), np.float32)
    spread = expected.std(axis=1).min()
    np.testing.assert_allclose(views[0], expected, atol=1e-3 * spread)
    differences = [np.abs(views[one] - views[other]).max() for one, other in ((0, 1), (0, 2), (1, 2))]
    assert min(differences) > 0.01 * spread


def test_without_a_change_the_views_are_the_signals():
    views = made(trained("experts")[0], NOISE | {"p": 0.0})
    assert np.array_equal(views[0], views[1]) and np.array_equal(views[0], views[2])


def test_they_are_the_same_for_one_seed_and_others_for_another():
    parts, _ = trained("experts")
    torch.manual_seed(1)
    first = made(parts, NOISE)
    torch.manual_seed(2)
    assert np.array_equal(first, made(parts, NOISE))
    other = made(parts, NOISE, seed=1)
    assert np.array_equal(first[0], other[0]) and not np.array_equal(first[1], other[1])


def test_a_head_without_experts_is_refused():
    with pytest.raises(InputError, match="head: returns no logits of single experts"):
        made(trained("linear")[0], NOISE)
