"""Numbers as text."""

import pytest

from ltsei.report import number_text
from ltsei.report.number_text import duration, mean_and_spread, shown


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.7525, "fraction", "75.3"),
        (0.5, "fraction", "50.0"),
        (-0.06874, "fraction", "−6.9"),
        (-0.0001, "fraction", "0.0"),
        (1.8514, "number", "1.851"),
        (183564, "count", "183564"),
        (2.5, "count", "2.5"),
        (2.25, "rank", "2.25"),
        (0.0494, "p", ".049"),
        (0.0004, "p", "< .001"),
        (1.0, "p", "1.000"),
        (None, "fraction", "–"),
    ],
)
def test_a_number_is_shown_in_its_unit(value, unit, text):
    assert shown(value, unit) == text


def test_a_tie_is_rounded_away_from_zero():
    assert [shown(value, "fraction") for value in (0.00125, 0.0025, 0.0005)] == ["0.1", "0.3", "0.1"]


def test_only_positive_differences_are_marked_with_a_plus():
    assert [shown(value, "fraction", sign=True) for value in (0.01, 0.0, -0.01)] == ["+1.0", "0.0", "−1.0"]


def test_an_unknown_spread_is_not_shown():
    assert mean_and_spread(0.7525, 0.00125, "fraction") == "75.3 ± 0.1"
    assert mean_and_spread(0.5, None, "fraction") == "50.0"
    assert mean_and_spread(None, None, "fraction") == "–"


def test_five_digits_of_a_number_are_kept_and_whole_numbers_stay_whole():
    assert number_text.rounded(0.123456789) == 0.12346
    assert (number_text.rounded(3.0), type(number_text.rounded(3.0))) == (3, int)
    assert number_text.rounded(None) is None


def test_wall_times_are_shown_in_the_unit_that_suits_them():
    assert [duration(seconds) for seconds in (4.26, 90, 3599, 7380, None)] == [
        "4.3 s",
        "1.5 min",
        "1 h 00 min",
        "2 h 03 min",
        "–",
    ]


def test_a_count_that_is_always_the_same_has_no_spread():
    assert mean_and_spread(800, 0.0, "count") == "800"
    assert mean_and_spread(800, 1.5, "count") == "800 ± 1.5"
    assert mean_and_spread(0.8, 0.0, "fraction") == "80.0 ± 0.0"
