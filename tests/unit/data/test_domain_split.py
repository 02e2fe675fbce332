"""Splits that leave domains out of training and validation."""

import numpy as np
import pytest

from ltsei.core.errors import InputError
from ltsei.data.domain_split import make_domain_split
from ltsei.data.split import make_split

LABELS = np.tile(np.repeat(np.arange(3), 10), 4)
NOTES = {"domains": {"names": ["day", "site"], "train": [[30, "1", "a"], [60, "2", "b"], [30, "3", "a"]], "test": []}}
SETTINGS = {
    **{"imbalance_ratio": 2, "validation": {"protocol": "long_tailed", "fraction": 0.2}, "n_max": None},
    **{"class_order": "index", "shortage": "error", "seed": 3, "fingerprints": {}},
}


def split(leave_out, **changes):
    return make_domain_split(LABELS, 3, data_notes=NOTES, leave_out=leave_out, **(SETTINGS | changes))


@pytest.mark.parametrize("leave_out", [{"day": ["2"]}, {"day": ["1", "3"]}, {"day": ["1"], "site": ["b"]}])
def test_no_signal_of_a_left_out_value_is_in_either_part_and_the_ratio_holds(leave_out):
    made = split(leave_out)
    days = np.repeat(["1", "2", "3"], [30, 60, 30])
    sites = np.repeat(["a", "b", "a"], [30, 60, 30])
    for indices in (made.train, made.val):
        assert len(indices)
        assert not set(days[indices]) & set(leave_out["day"])
        assert not set(sites[indices]) & set(leave_out.get("site", []))
        assert (np.diff(indices) > 0).all()
    np.testing.assert_array_equal(np.bincount(LABELS[made.train]), made.class_counts)
    assert (made.class_counts + made.val_counts)[[0, 2]].tolist() in ([20, 10], [10, 5])
    assert not set(made.train) & set(made.val)


def test_without_a_domain_to_leave_out_the_split_is_the_ordinary_one():
    ordinary = make_split(LABELS, 3, **SETTINGS)
    np.testing.assert_array_equal(split({}).train, ordinary.train)
    np.testing.assert_array_equal(split({}).val, ordinary.val)


def test_given_validation_signals_of_a_left_out_day_are_not_used_either():
    made = split({"day": ["1"]}, validation={"given": True}, num_validation=30, imbalance_ratio="natural")
    assert (made.val.min(), made.val.max(), len(made.val)) == (90, 119, 30)
    assert made.train.min() == 30
    with pytest.raises(InputError, match="validation"):
        split({"day": ["3"]}, validation={"given": True}, num_validation=30, imbalance_ratio="natural")


def test_groups_stay_whole_after_signals_were_left_out():
    groups = np.arange(len(LABELS)) // 5
    made = split({"day": ["2"]}, groups=groups)
    assert not set(groups[made.train]) & set(groups[made.val])


@pytest.mark.parametrize(
    ("leave_out", "message"),
    [
        ({"dya": ["2"]}, r"split.leave_out.dya: unknown domain 'dya' \(did you mean 'day'\?\)"),
        ({"day": ["5"]}, "split.leave_out.day: unknown value of the training part '5', allowed: 1, 2, 3"),
        ({"day": ["1", "2", "3"]}, "day 1 or 2 or 3 leaves no training signal of class x"),
    ],
)
def test_what_cannot_be_left_out_is_said_in_a_sentence(leave_out, message):
    with pytest.raises(InputError, match=message):
        split(leave_out, class_names=("x", "y", "z"))


def test_signals_without_domains_cannot_be_left_out():
    with pytest.raises(InputError, match="the signals have no domains"):
        make_domain_split(LABELS, 3, data_notes={}, leave_out={"day": ["1"]}, **SETTINGS)
