import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltsei.statistics import Summary, paired_difference, summarise

fractions = st.floats(0, 1)


def test_mean_and_sample_standard_deviation_of_three_values():
    found = summarise([0.5, 0.6, 0.7])
    assert (found.mean, found.sd, found.n) == (pytest.approx(0.6), pytest.approx(0.1), 3)


def test_undefined_values_are_left_out():
    assert summarise([0.5, None, None]) == Summary(0.5, None, 1)


def test_nothing_defined_has_no_mean():
    assert summarise([None]) == Summary(None, None, 0)


@given(fractions, st.integers(2, 9))
def test_equal_values_have_themselves_as_mean_and_no_spread(value, n):
    found = summarise([value] * n)
    assert found.mean == pytest.approx(value, abs=1e-15)
    assert found.sd == pytest.approx(0, abs=1e-15)


def test_difference_pairs_by_seed_and_drops_seeds_that_one_side_lacks():
    found = paired_difference({0: 0.6, 1: 0.8, 2: 0.9, 3: None}, {1: 0.5, 0: 0.5, 3: 0.1})
    assert (found.mean, found.n) == (pytest.approx(0.2), 2)


@given(st.dictionaries(st.integers(0, 5), st.none() | fractions))
def test_difference_to_itself_is_zero(values):
    found = paired_difference(values, values)
    assert found.mean in (0.0, None)
    assert found.n == sum(value is not None for value in values.values())
