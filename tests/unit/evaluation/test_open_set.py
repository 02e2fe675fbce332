"""Open-set metrics against curves that are traced threshold by threshold."""

import numpy as np
import pytest

from ltsei.evaluation.open_set import auroc, oscr


def area(heights, positions):
    """The area under a curve that starts at 0, by trapezoids."""
    x, y = np.array([0.0, *positions]), np.array([0.0, *heights])
    return float(((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum())


@pytest.fixture(params=[1, 10], ids=["with ties", "without ties"])
def scores(request):
    rng = np.random.default_rng(0)
    known, unknown = rng.normal(1, 1, 40).round(request.param), rng.normal(0, 1, 25).round(request.param)
    return known, rng.random(40) < 0.7, unknown


def test_both_areas_are_those_of_the_traced_curves(scores):
    known, correct, unknown = scores
    thresholds = sorted({*known, *unknown}, reverse=True)
    false = [np.mean(unknown >= each) for each in thresholds]
    assert auroc(known, unknown) == pytest.approx(area([np.mean(known >= each) for each in thresholds], false))
    rates = [np.mean((known >= each) & correct) for each in thresholds]
    assert oscr(known, correct, unknown) == pytest.approx(area(rates, false))


def test_scores_that_separate_perfectly_leave_the_accuracy():
    known, unknown = np.arange(5, 9.0), np.arange(3.0)
    correct = np.array([True, False, True, True])
    assert (auroc(known, unknown), auroc(unknown, known), oscr(known, correct, unknown)) == (1, 0, 0.75)
