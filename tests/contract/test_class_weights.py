import numpy as np
import pytest

from ltsei.core import registry
from ltsei.core.context import build_component

EXAMPLES = {"manual": {"weights": [1.0, 2.0, 3.0, 0.5, 4.0]}}
"""Parameters of members that have some without a default."""
NAMES = registry.names("class_weights")
COUNTED = [name for name in NAMES if not registry.declared("class_weights", name, "PER_CLASS", [])]
"""Members whose weights follow from the class counts."""
SCHEDULES = registry.names("class_weights/schedules")
PROGRESS = [0.0, 0.3, 0.8, 1.0]


def build(name, context, **parameters):
    return build_component("class_weights", {"name": name, **EXAMPLES.get(name, {}), **parameters}, context)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", NAMES)
def test_weights_are_positive_and_have_mean_one(name, schedule, make_context):
    weights = build(name, make_context(), schedule=schedule)
    for progress in PROGRESS:
        assert weights(progress).dtype == np.float64
        assert weights(progress).shape == (5,)
        assert (weights(progress) > 0).all()
        assert weights(progress).mean() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", COUNTED)
def test_equally_frequent_classes_weigh_the_same(name, make_context):
    np.testing.assert_allclose(build(name, make_context([30, 30, 30]))(1.0), 1, rtol=1e-12)


@pytest.mark.parametrize("name", COUNTED)
def test_renaming_the_classes_renames_the_weights(name, make_context):
    order = np.array([3, 0, 4, 1, 2])
    context = make_context()
    renamed = build(name, make_context(context.class_counts[order]))(0.5)
    np.testing.assert_allclose(renamed, build(name, context)(0.5)[order], rtol=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_never_weakens_and_ends_at_full_strength(name, make_context):
    strength = build_component("class_weights/schedules", name, make_context())
    strengths = [strength(progress) for progress in np.linspace(0, 1, 41)]
    assert all(0 <= value <= 1 for value in strengths)
    assert strengths == sorted(strengths)
    assert strengths[-1] == 1
