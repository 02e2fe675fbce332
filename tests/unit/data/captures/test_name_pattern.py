from pathlib import PurePath

import pytest

from ltsei.core.errors import InputError
from ltsei.data.captures.name_pattern import NamePattern


@pytest.mark.parametrize(
    ("pattern", "path", "values"),
    [
        ("{label}", "data/radio 1.bin", {"label": "radio 1"}),
        ("{day}/{label}_{rx:d}", "x/monday/a.b_07.cf32", {"day": "monday", "label": "a.b", "rx": "07"}),
        ("{label}/{label}_{run}", "x/a_1/a_1_2.iq", {"label": "a_1", "run": "2"}),
        ("*-{label:w}-*Msps", "wifi-5660MHz-15Msps.bin", {"label": "5660MHz"}),
        ("a+{label}(1)", "a+b(1).wav", {"label": "b"}),
    ],
)
def test_fields_take_what_the_pattern_leaves_open(pattern, path, values):
    assert NamePattern(pattern).values(PurePath(path)) == values


@pytest.mark.parametrize(
    ("pattern", "path"),
    [("{label}/{label}_{run}", "a/b_1.iq"), ("r{run:d}", "rx.iq"), ("a.{label}", "aab.iq"), ("{a}/{b}/{c}", "b/c.iq")],
)
def test_a_name_that_does_not_match_is_refused(pattern, path):
    with pytest.raises(InputError, match="does not match the pattern"):
        NamePattern(pattern).values(PurePath(path))


def test_a_name_that_matches_in_two_ways_is_refused_with_both():
    with pytest.raises(InputError, match="in two ways, label=a, run=b_1 or label=a_b, run=1: restrict fields"):
        NamePattern("{label}_{run}").values(PurePath("a_b_1.iq"))
    assert NamePattern("{label}_{run:d}").values(PurePath("a_b_1.iq")) == {"label": "a_b", "run": "1"}


def test_stars_that_match_in_two_ways_are_told_from_fields_that_do():
    with pytest.raises(InputError, match=r"the stars of the pattern .* write out more of the name"):
        NamePattern("*_*_{label:w}").values(PurePath("usrp_site_a_dev3.bin"))


@pytest.mark.parametrize("pattern", ["label", "{}", "{la bel}", "{label:x}"])
def test_a_pattern_without_a_valid_field_is_refused(pattern):
    with pytest.raises(InputError, match=r"expected (fields in braces|a name of letters)"):
        NamePattern(pattern)
