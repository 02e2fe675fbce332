"""Mean and spread over seeds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltsei.evaluation.statistics import Summary, summarise

fractions = st.floats(0, 1)


def test_mean_and_sample_standard_deviation_of_three_values():
    summary = summarise([0.5, 0.6, 0.7])
    assert (summary.mean, summary.sd, summary.n) == (pytest.approx(0.6), pytest.approx(0.1), 3)


def test_undefined_values_are_left_out():
    assert summarise([0.5, None, None]) == Summary(0.5, None, 1)


def test_without_defined_values_there_is_no_mean():
    assert summarise([None]) == Summary(None, None, 0)


@given(fractions, st.integers(2, 9))
def test_equal_values_have_themselves_as_mean_and_no_spread(value, n):
    summary = summarise([value] * n)
    assert summary.mean == pytest.approx(value, abs=1e-15)
    assert summary.sd == pytest.approx(0, abs=1e-15)
