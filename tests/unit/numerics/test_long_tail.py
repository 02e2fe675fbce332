"""Exponential class counts, against published ones."""

import pytest

from ltsei.core.errors import InputError
from ltsei.numerics.long_tail import long_tail_counts

STANDARD = {
    (10, 5000): {200: 11203, 100: 12406, 50: 13996, 20: 17023, 10: 20431},
    (100, 500): {200: 9502, 100: 10847, 50: 12608, 20: 15907, 10: 19573},
}


@pytest.mark.parametrize(
    ("num_classes", "n_max", "ratio", "total"),
    [(*shape, ratio, total) for shape, totals in STANDARD.items() for ratio, total in totals.items()],
)
def test_the_standard_profiles_have_their_published_totals(num_classes, n_max, ratio, total):
    assert long_tail_counts(n_max, ratio, num_classes).sum() == total


def test_cifar10_at_ratio_100_has_its_published_counts():
    expected = [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]
    assert long_tail_counts(5000, 100, 10).tolist() == expected


def test_a_ratio_below_one_is_refused():
    with pytest.raises(InputError, match=r"imbalance_ratio: got 0.01"):
        long_tail_counts(500, 0.01, 10)


def test_a_profile_of_one_class_is_refused():
    with pytest.raises(InputError, match="at least 2"):
        long_tail_counts(500, 10, 1)
