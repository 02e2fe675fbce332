import numpy as np
import pytest

from ltsei.data.groups import groups
from ltsei.numerics.long_tail import long_tail_counts


def test_groups_have_the_usual_bounds():
    assert groups(np.array([101, 100, 20, 19, 1])).tolist() == ["many", "medium", "medium", "few", "few"]


@pytest.mark.parametrize(
    ("num_classes", "n_max", "ratio", "sizes"),
    [
        (100, 500, 100, (35, 35, 30)),
        (100, 500, 50, (41, 41, 18)),
        (100, 500, 10, (69, 31, 0)),
        (10, 5000, 50, (9, 1, 0)),
    ],
)
def test_groups_of_the_standard_profiles_have_their_published_sizes(num_classes, n_max, ratio, sizes):
    names = groups(long_tail_counts(n_max, ratio, num_classes))
    assert tuple(int((names == name).sum()) for name in ("many", "medium", "few")) == sizes


def test_group_bounds_are_configurable():
    assert groups(np.array([100, 20]), many_above=99, few_below=21).tolist() == ["many", "few"]


def test_quantile_groups_are_thirds_by_frequency():
    counts = np.array([5, 500, 50, 50, 7, 90, 3])
    assert groups(counts, rule="quantile").tolist() == ["few", "many", "many", "medium", "medium", "many", "few"]


def test_automatic_groups_are_absolute_unless_one_is_empty():
    full, incomplete = np.array([500, 50, 5]), np.array([50, 40, 5])
    assert groups(full, rule="auto").tolist() == groups(full).tolist()
    assert groups(incomplete, rule="auto").tolist() == ["many", "medium", "few"]
