import dataclasses
import hashlib

import numpy as np
import pytest

from ltsei.core import files
from ltsei.core.content import DamagedError
from ltsei.core.errors import InputError
from ltsei.data.split import Split, make_split, read_split, write_split


def labels_of(*counts):
    return np.random.default_rng(7).permutation(np.repeat(np.arange(len(counts)), counts))


def split(labels, **changes):
    options = {"imbalance_ratio": 10.0, "validation": None, "n_max": None, "class_order": "index", "seed": 0}
    options |= {"shortage": "error", "fingerprints": {"make_split": "f00d"}} | changes
    return make_split(labels, int(labels.max()) + 1, **options)


def test_cifar100_at_ratio_200_realises_250():
    result = split(labels_of(*[500] * 100), imbalance_ratio=200)
    assert (result.class_counts.max(), result.class_counts.min()) == (500, 2)
    assert result.imbalance_ratio == 250


def test_class_counts_are_those_of_the_training_indices():
    labels = labels_of(50, 60, 70)
    result = split(labels, class_order="random", validation={"protocol": "balanced", "per_class": 5})
    np.testing.assert_array_equal(np.bincount(labels[result.train]), result.class_counts)


def test_index_order_makes_class_0_the_most_frequent():
    assert split(labels_of(40, 50, 60)).class_counts.tolist() == [40, 12, 4]


def test_frequency_order_follows_the_source_and_ties_follow_the_index():
    assert split(labels_of(40, 60, 40), class_order="frequency").class_counts.tolist() == [12, 40, 4]


def test_equally_frequent_classes_keep_their_order_however_many_there_are():
    counts = split(labels_of(*[200, 300] * 50), class_order="frequency").class_counts
    assert (np.diff(np.concatenate([counts[1::2], counts[::2]])) <= 0).all()


def test_random_order_depends_on_the_seed():
    labels = labels_of(*[50] * 8)
    first, same, other = (split(labels, class_order="random", seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.class_counts, same.class_counts)
    assert first.class_counts.tolist() != other.class_counts.tolist()
    assert sorted(first.class_counts) == sorted(other.class_counts)


def test_the_class_order_does_not_change_the_validation_signals():
    labels = labels_of(50, 50, 50, 50)
    by_index, random = (
        split(labels, class_order=order, validation={"protocol": "balanced", "per_class": 9})
        for order in ("index", "random")
    )
    np.testing.assert_array_equal(by_index.val, random.val)


def test_seeds_draw_different_signals():
    labels = labels_of(50, 50, 50)
    assert split(labels, seed=0).train.tolist() != split(labels, seed=1).train.tolist()


def test_natural_takes_all_signals_that_validation_leaves():
    labels = labels_of(30, 12, 6)
    result = split(labels, imbalance_ratio="natural", validation={"protocol": "balanced", "per_class": 2}, n_max=5)
    assert result.class_counts.tolist() == [28, 10, 4]
    assert result.imbalance_ratio == 7
    np.testing.assert_array_equal(np.union1d(result.train, result.val), np.arange(48))


def test_the_default_of_n_max_is_what_the_smallest_class_has_left():
    result = split(labels_of(100, 80, 61), validation={"protocol": "balanced", "per_class": 11})
    assert result.class_counts.max() == 50


def test_a_class_that_cannot_supply_its_count_is_an_error():
    with pytest.raises(
        InputError, match=r"split.n_max: got 100, for which class 1 needs 31 training signals and has 20;"
    ):
        split(labels_of(100, 20, 20), n_max=100)


def test_take_available_uses_what_a_class_has_and_reports_the_realised_ratio():
    result = split(labels_of(50, 20, 20), n_max=100, shortage="take_available")
    assert result.class_counts.tolist() == [50, 20, 10]
    assert result.imbalance_ratio == 5


def test_an_empty_tail_is_an_error_that_names_the_largest_feasible_ratio():
    labels = labels_of(30, 30, 30)
    with pytest.raises(InputError, match="largest feasible ratio is 30"):
        split(labels, imbalance_ratio=100)
    assert split(labels, imbalance_ratio=30).class_counts.min() == 1


def test_the_largest_feasible_ratio_is_feasible_where_truncation_bites():
    labels = labels_of(49, 49)
    with pytest.raises(InputError, match="largest feasible ratio is 48"):
        split(labels, imbalance_ratio=49)
    assert split(labels, imbalance_ratio=48).class_counts.min() == 1


def test_per_class_validation_takes_the_same_number_of_each_class():
    labels = labels_of(30, 20, 25)
    assert np.bincount(labels[split(labels, validation={"protocol": "balanced", "per_class": 4}).val]).tolist() == [
        4,
        4,
        4,
    ]


def test_per_class_validation_that_empties_a_class_is_an_error():
    with pytest.raises(
        InputError,
        match=r"per_class: got 5, which leaves no training signals of class 1, which has 5; .*or use fraction",
    ):
        split(labels_of(30, 5), validation={"protocol": "balanced", "per_class": 5}, imbalance_ratio="natural")


def test_fraction_validation_takes_one_where_it_can_and_never_all():
    labels = labels_of(1, 2, 3, 20)
    for fraction, expected in ((0.1, [0, 1, 1, 2]), (0.99, [0, 1, 2, 19])):
        result = split(labels, validation={"fraction": fraction}, imbalance_ratio="natural")
        assert np.bincount(labels[result.val], minlength=4).tolist() == expected


@pytest.mark.parametrize(
    "validation",
    [
        {"protocol": "balanced", "per_class": 0},
        {"fraction": 1.0},
        {"fraction": 0.0},
        {"share": 0.1},
        {},
        {"per_class": 1, "x": 2},
    ],
)
def test_an_invalid_validation_is_an_error(validation):
    with pytest.raises(InputError, match=r"split.validation: got .*, expected per_class >= 1 or fraction"):
        split(labels_of(30, 30), validation=validation)


def test_a_class_without_signals_is_an_error():
    with pytest.raises(InputError, match="class 1 has no signals"):
        split(np.array([0, 0, 2, 2]))


def test_a_split_is_read_back_as_it_was_written(tmp_path):
    written = split(labels_of(30, 30), validation={"fraction": 0.1})
    write_split(tmp_path / "split.npz", written)
    read = read_split(tmp_path / "split.npz")
    for field in dataclasses.fields(written):
        np.testing.assert_array_equal(getattr(read, field.name), getattr(written, field.name))
    assert read.fingerprints == {"make_split": "f00d"}
    assert read.train.dtype == read.val.dtype == read.class_counts.dtype == np.int64


def test_validation_signals_per_class_are_unknown_unless_given():
    counts = Split(np.array([0, 1]), np.array([], np.int64), np.array([1, 1]), 1.0, {}).val_counts
    assert (counts.tolist(), counts.dtype) == ([], np.int64)


def test_equal_splits_give_equal_bytes(tmp_path):
    labels = labels_of(30, 30)
    for name, levels in (("a", {"x": "1", "y": "2"}), ("b", {"y": "2", "x": "1"})):
        write_split(tmp_path / name, split(labels, fingerprints=levels))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "empty"), (b"not a split", "not a complete .npz file"), (b"PK\x03\x04 broken", "not a complete .npz file")],
)
def test_a_file_that_holds_no_split_is_an_error_that_names_it(tmp_path, content, problem):
    (tmp_path / "split.npz").write_bytes(content)
    with pytest.raises(DamagedError, match=rf"split.npz: {problem}.*; `ltsei repair` says what to do"):
        read_split(tmp_path / "split.npz")


def test_a_split_with_other_arrays_is_an_error_that_names_it(tmp_path):
    files.write_npz(tmp_path / "split.npz", train=np.arange(3))
    with pytest.raises(DamagedError, match=r"split.npz: not a split \('val'\)"):
        read_split(tmp_path / "split.npz")


@pytest.mark.fault("a bit of a split is flipped", "named")
def test_no_flipped_bit_gives_another_split(tmp_path):
    path, written = (
        tmp_path / "split.npz",
        split(labels_of(9, 6), imbalance_ratio="natural", fingerprints={"make_split": "f1"}),
    )
    write_split(path, written)
    whole, noticed = path.read_bytes(), 0
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1 << position % 8]) + whole[position + 1 :])
        try:
            read = read_split(path)
        except DamagedError:
            noticed += 1
        else:  # in a date or in padding, which hold nothing
            assert (read.train.tolist(), read.val.tolist()) == (written.train.tolist(), written.val.tolist())
            assert (read.fingerprints, read.class_counts.tolist()) == (written.fingerprints, [9, 6])
    assert noticed > len(whole) / 2


def test_a_split_of_an_earlier_version_has_no_hash_and_is_read(tmp_path):
    write_split(tmp_path / "split.npz", split(labels_of(9, 6), imbalance_ratio="natural"))
    arrays = files.read_npz(tmp_path / "split.npz")
    del arrays["seal"]
    files.write_npz(tmp_path / "split.npz", **arrays)
    assert read_split(tmp_path / "split.npz").class_counts.tolist() == [9, 6]


def test_a_file_that_holds_another_array_is_an_error_that_names_it(tmp_path):
    with (tmp_path / "split.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(DamagedError, match=r"split.npz: not a complete .npz file"):
        read_split(tmp_path / "split.npz")


GIVEN = {"given": True}


def test_given_validation_is_exactly_the_last_signals():
    labels = np.concatenate([labels_of(30, 20, 25), [0, 0, 2]])
    result = split(labels, validation=GIVEN, num_validation=3)
    assert result.val.tolist() == [75, 76, 77]
    assert result.val.dtype == np.int64


def test_given_validation_does_not_change_the_training_signals():
    labels = labels_of(30, 20, 25)
    alone = split(labels, class_order="random")
    beside = split(np.concatenate([labels, [1] * 9]), class_order="random", validation=GIVEN, num_validation=9)
    np.testing.assert_array_equal(beside.train, alone.train)
    np.testing.assert_array_equal(beside.class_counts, alone.class_counts)


def test_natural_takes_all_but_the_given_validation():
    result = split(np.array([0, 0, 1, 0, 1]), imbalance_ratio="natural", validation=GIVEN, num_validation=2)
    assert result.train.tolist() == [0, 1, 2]
    assert result.class_counts.tolist() == [2, 1]


def test_frequency_order_does_not_count_the_given_validation():
    labels = np.concatenate([labels_of(40, 60), [0] * 50])
    assert split(labels, class_order="frequency", validation=GIVEN, num_validation=50).class_counts.tolist() == [4, 40]


@pytest.mark.parametrize("validation", [None, {"protocol": "balanced", "per_class": 2}, {"fraction": 0.1}])
def test_given_validation_signals_must_be_used(validation):
    with pytest.raises(InputError, match=r"split.validation: got .*, but source.val has 4 signals"):
        split(labels_of(30, 30), validation=validation, num_validation=4)


def test_given_validation_without_signals_is_an_error():
    with pytest.raises(InputError, match=r"split.validation: got given, but .* name their file in source.val"):
        split(labels_of(30, 30), validation=GIVEN)


def test_a_class_with_only_given_validation_signals_is_an_error():
    with pytest.raises(InputError, match="class 1 has no signals"):
        split(np.array([0, 0, 1]), validation=GIVEN, num_validation=1)


@pytest.mark.parametrize(
    ("ratio", "validation", "order", "seed", "digest"),
    [
        (5.0, {"protocol": "balanced", "fraction": 0.1}, "index", 0, "214ed78ebfc4199a"),
        (3.0, {"protocol": "balanced", "per_class": 4}, "random", 1, "4e4fa8a825714a3e"),
        ("natural", {"protocol": "balanced", "fraction": 0.25}, "index", 2, "62eab4ac1e93e9f0"),
        (2.0, None, "frequency", 3, "0bdfa26f4b571faf"),
    ],
)
def test_splits_without_groups_never_change(ratio, validation, order, seed, digest):
    labels = labels_of(60, 45, 30, 20, 9)
    result = split(labels, imbalance_ratio=ratio, validation=validation, class_order=order, seed=seed)
    assert hashlib.sha256(result.train.tobytes() + result.val.tobytes()).hexdigest()[:16] == digest


def recorded(*counts, size=10):
    """Return labels and the recording of each signal; recordings hold `size` signals of one class."""
    labels = np.repeat(np.arange(len(counts)), counts)
    starts = np.concatenate([np.arange(count) // size for count in counts])
    return labels, labels * 1000 + starts


@pytest.mark.parametrize("validation", [{"fraction": 0.1}, {"protocol": "balanced", "per_class": 12}])
@pytest.mark.parametrize("ratio", ["natural", 3.0])
def test_validation_shares_no_recording_with_training(validation, ratio):
    labels, groups = recorded(200, 100, 60)
    result = split(labels, groups=groups, validation=validation, imbalance_ratio=ratio)
    assert set(groups[result.val]).isdisjoint(groups[result.train])
    assert result.val_counts.tolist() == np.bincount(labels[result.val]).tolist()
    assert [note for note in result.notes if not note.startswith("oracle")] == []


def test_splits_by_recordings_never_change():
    labels, groups = recorded(200, 100, 60)
    validation = {"protocol": "balanced", "fraction": 0.1}
    result = split(labels, groups=groups, validation=validation, imbalance_ratio=3.0, seed=1)
    assert np.unique(groups[result.val]).tolist() == [0, 1, 1009, 2002]


def test_validation_by_recordings_is_near_the_fraction_of_each_class():
    labels, groups = recorded(400, 300, 200)
    validation = {"protocol": "balanced", "fraction": 0.1}
    assert split(labels, groups=groups, validation=validation).val_counts.tolist() == [40, 30, 20]


def test_the_ratios_of_a_seed_are_nested_and_share_validation_by_recordings():
    labels, groups = recorded(200, 100, 60)
    validation = {"protocol": "balanced", "fraction": 0.2}
    flat, steep = (
        split(labels, groups=groups, validation=validation, imbalance_ratio=ratio, seed=3) for ratio in (2.0, 9.0)
    )
    assert set(steep.train) < set(flat.train)
    np.testing.assert_array_equal(flat.val, steep.val)


def test_long_tailed_validation_by_recordings_divides_the_long_tailed_set():
    labels, groups = recorded(200, 100, 60)
    whole = split(labels, imbalance_ratio=5.0)
    divided = split(labels, groups=groups, validation={"fraction": 0.2}, imbalance_ratio=5.0)
    assert set(groups[divided.val]).isdisjoint(groups[divided.train])
    np.testing.assert_array_equal(np.union1d(divided.train, divided.val), whole.train)
    assert (divided.val_counts > 0).all()


def test_seeds_validate_on_different_recordings():
    labels, groups = recorded(200, 100)
    first, other = (split(labels, groups=groups, validation={"fraction": 0.1}, seed=seed) for seed in (0, 1))
    assert set(groups[first.val]) != set(groups[other.val])


def test_a_class_with_one_recording_is_noted_and_stays_in_training(tmp_path, caplog):
    labels, groups = recorded(100, 10, 50)
    result = split(
        labels, groups=groups, validation={"fraction": 0.1}, imbalance_ratio="natural", class_names=["a", "b", "c"]
    )
    assert result.val_counts.tolist()[1] == 0
    assert result.class_counts.tolist()[1] == 10
    assert result.notes == ("no validation signals of class b: no recording of theirs can be spared from training",)
    write_split(tmp_path / "split.npz", result)
    assert result.notes[0] in caplog.text
    assert read_split(tmp_path / "split.npz").notes == result.notes


def test_given_validation_and_none_ignore_groups():
    labels, groups = recorded(30, 20)
    alone, grouped = split(labels), split(labels, groups=groups)
    np.testing.assert_array_equal(alone.train, grouped.train)
    beside = split(np.r_[labels, 1], groups=np.r_[groups, groups[0]], validation=GIVEN, num_validation=1)
    assert beside.val.tolist() == [50]
    assert beside.val_counts.tolist() == [0, 1]


def test_the_balanced_protocol_says_how_much_more_validation_knows_than_training():
    labels = np.repeat(np.arange(3), 60)
    drawn = split(labels, imbalance_ratio=25.0, validation={"protocol": "balanced", "per_class": 10})
    assert drawn.class_counts.tolist() == [50, 10, 2]
    assert drawn.notes == (
        "oracle: 30 validation signals come from outside the long-tailed set; in 1 of 3 classes they outnumber those "
        "for training: 10 signals, where training has 2",
    )
    assert split(labels, imbalance_ratio=25.0, validation={"fraction": 0.1}).notes == ()
