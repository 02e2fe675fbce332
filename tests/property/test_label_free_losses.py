"""Losses of pre-training, against transcriptions of their papers in NumPy."""

import numpy as np
import pytest
import torch

from ltsei.components.losses._shared import Batch
from ltsei.core.context import build_component

SIGNALS = 9


def batch(views, labels=None):
    labels = torch.zeros(SIGNALS, dtype=torch.long) if labels is None else labels
    return Batch(torch.zeros(SIGNALS, 5), labels, views[0], {}, 0.5, views=views)


def views(seed=0):
    return torch.randn(2, SIGNALS, 8, generator=torch.Generator().manual_seed(seed))


def loss(make_context, **parameters):
    torch.manual_seed(0)
    return build_component("losses", {"name": "nt_xent", "hidden": 6, "dim": 4, **parameters}, make_context())


def projected(built, points):
    weight = {name: value.double().numpy() for name, value in built.projector.state_dict().items()}
    hidden = np.maximum(points @ weight["0.weight"].T + weight["0.bias"], 0)
    values = hidden @ weight["2.weight"].T + weight["2.bias"]
    return values / np.linalg.norm(values, axis=1, keepdims=True)


@pytest.mark.parametrize("temperature", [0.1, 0.5, 2.0])
def test_the_loss_of_a_view_is_that_of_finding_the_other_one_among_all(make_context, temperature):
    built, given = loss(make_context, temperature=temperature), views()
    points = projected(built, given.double().numpy().reshape(2 * SIGNALS, 8))
    expected = np.zeros(SIGNALS)
    for one in range(2 * SIGNALS):
        other = (one + SIGNALS) % (2 * SIGNALS)
        rest = [np.exp(points[one] @ points[k] / temperature) for k in range(2 * SIGNALS) if k != one]
        expected[one % SIGNALS] -= np.log(np.exp(points[one] @ points[other] / temperature) / sum(rest)) / 2
    np.testing.assert_allclose(built(batch(given)).per_sample.detach().numpy(), expected, rtol=1e-4)


def test_labels_do_not_matter(make_context):
    built, given = loss(make_context), views()
    other = torch.arange(SIGNALS) % 5
    assert torch.equal(built(batch(given)).per_sample, built(batch(given, other)).per_sample)


def test_equal_points_are_told_apart_by_chance_alone(make_context):
    given = torch.ones(2, SIGNALS, 8)
    losses = loss(make_context)(batch(given)).per_sample
    np.testing.assert_allclose(losses.detach().numpy(), np.log(2 * SIGNALS - 1), rtol=1e-6)


def test_the_projector_and_both_views_get_a_gradient(make_context):
    built, given = loss(make_context), views().requires_grad_()
    built(batch(given)).per_sample.sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in built.parameters())
    assert (given.grad.abs().sum((1, 2)) > 0).all()


def test_bfloat16_features_give_a_float32_loss(make_context):
    built = loss(make_context).bfloat16()
    assert built(batch(views().bfloat16())).per_sample.dtype == torch.float32
