import numpy as np
import pytest

from ltsei import components
from ltsei.errors import InputError

EXAMPLES = {"power": {"exponent": 0.7}}
"""Parameters for members which have some without a default."""
NAMES = components.names("samplers")
PROGRESS = [0.0, 0.3, 1.0]


def build(name, context):
    return components.build("samplers", {"name": name, **EXAMPLES.get(name, {})}, context)


@pytest.mark.parametrize("progress", PROGRESS)
@pytest.mark.parametrize("name", NAMES)
def test_draws_add_up_to_the_epoch(name, progress, make_context):
    context = make_context()
    draws = build(name, context)(progress)
    assert draws.dtype == np.float64
    assert draws.shape == (context.num_classes,)
    assert (draws > 0).all()
    assert draws.sum() == pytest.approx(context.class_counts.sum(), rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_equally_frequent_classes_are_drawn_equally_often(name, make_context):
    np.testing.assert_allclose(build(name, make_context([7, 7, 7]))(0.4), 7, rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_a_class_without_signals_is_an_error(name, make_context):
    with pytest.raises(InputError, match="class 1 has 0 signals"):
        build(name, make_context([5, 0, 2]))(0.0)
