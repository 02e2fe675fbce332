import numpy as np
import pytest

from ltsei.core import registry
from ltsei.core.context import build_component
from ltsei.core.errors import InputError

EXAMPLES = {"power": {"exponent": 0.7}}
"""Parameters of members that have some without a default."""
EPOCHS = {
    "random_oversampling": 5 * 1600,
    "random_undersampling": 5 * 1,
    "repeat_factor": 1600 + 300 + 90 + 9 + 2**0.5,
}
"""Draws in an epoch of `COUNTS`, of members whose epoch does not have as many draws as there are signals.

One signal is half of a thousandth of 2000, so it is repeated √2 times.
"""
COUNTS = (1600, 300, 90, 9, 1)
NAMES = registry.names("samplers")
PROGRESS = [0.0, 0.3, 1.0]


def build(name, context):
    return build_component("samplers", {"name": name, **EXAMPLES.get(name, {})}, context)


@pytest.mark.parametrize("progress", PROGRESS)
@pytest.mark.parametrize("name", NAMES)
def test_draws_add_up_to_the_length_of_the_epoch(name, progress, make_context):
    context = make_context(COUNTS)
    draws = build(name, context)(progress)
    assert draws.dtype == np.float64
    assert draws.shape == (context.num_classes,)
    assert (draws > 0).all()
    assert draws.sum() == pytest.approx(EPOCHS.get(name, sum(COUNTS)), rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_pool_of_a_class_has_signals_and_no_more_than_there_are(name, make_context):
    context = make_context()
    pool = build(name, context).pool
    assert pool is None or ((pool >= 1) & (pool <= context.class_counts)).all()


@pytest.mark.parametrize("name", NAMES)
def test_renaming_the_classes_renames_the_draws(name, make_context):
    order = np.array([3, 0, 4, 1, 2])
    context = make_context()
    renamed = build(name, make_context(context.class_counts[order]))(0.5)
    np.testing.assert_allclose(renamed, build(name, context)(0.5)[order], rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_equally_frequent_classes_are_drawn_equally_often(name, make_context):
    np.testing.assert_allclose(build(name, make_context([7, 7, 7]))(0.4), 7, rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_a_class_without_signals_is_an_error(name, make_context):
    with pytest.raises(InputError, match="class 1 has 0 signals"):
        build(name, make_context([5, 0, 2]))(0.0)
