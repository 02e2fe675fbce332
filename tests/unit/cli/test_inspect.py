"""The report of `ltsei inspect` on a file, and the lines that it proposes for the experiment file."""

import numpy as np
import pytest
import yaml

from ltsei.cli import inspect_trial
from ltsei.cli.inspect import describe
from ltsei.core.context import build_component
from ltsei.core.errors import InputError

SIGNALS = np.random.default_rng(0).normal(size=(12, 40, 2)).astype(np.float32)
LABELS = np.array([0, 1, 2, 0, 1, 2, 0, 1, 0, 1, 0, 0])


@pytest.fixture
def archive(tmp_path):
    np.savez(tmp_path / "adsb 3.npz", X=SIGNALS, Y=LABELS, fs=5e7, note=np.array([None]))
    return tmp_path / "adsb 3.npz"


def configuration(report):
    return yaml.safe_load(report[report.index("For `datasets`") :].split("\n", 1)[1])


def test_each_array_has_a_line_with_shape_type_and_values(archive):
    rows = [line.split() for line in describe(archive).splitlines()[2:6]]
    assert rows[0][:7] == ["X", "12", "x", "40", "x", "2", "float32"]
    assert rows[1] == ["Y", "12", "int64", "0", "to", "2"]
    assert rows[2] == ["fs", "scalar", "float64", "50000000.0"]
    assert rows[3][:4] == ["note", "1", "-", "Python"]


def test_signals_labels_and_classes_are_described(archive):
    report = describe(archive)
    assert "Signals: X, layout NLC: 12 signals of 40 samples (0.0008 ms at 50000000 Hz) and 2 channels.\n" in report
    assert "Labels: Y, 3 classes of 2 to 6 signals (imbalance ratio 3).\n" in report


def test_one_channel_of_unknown_rate_is_described(tmp_path):
    np.savez(tmp_path / "a.npz", X=SIGNALS[..., :1], Y=LABELS)
    report = describe(tmp_path / "a.npz")
    assert "12 signals of 40 samples and 1 channel.\n" in report
    assert "The sampling rate is unknown; set sample_rate_hz if you know it.\n" in report


@pytest.mark.parametrize("settings", [{}, {"holdout": 0.4, "x_key": "X"}])
def test_the_source_can_be_built_from_the_yaml_lines(archive, settings):
    (entry,) = configuration(describe(archive, **settings)).values()
    assert entry["source"].items() >= settings.items()
    assert build_component("sources", entry["source"], None).class_names == ("0", "1", "2")


def test_the_test_file_beside_the_training_file_is_proposed(tmp_path):
    for part in ("train", "test"):
        np.save(tmp_path / f"X_{part}.npy", SIGNALS + len(part))
        np.save(tmp_path / f"Y_{part}.npy", LABELS)
    (entry,) = configuration(describe(tmp_path / "X_train.npy")).values()
    assert entry["source"] == {
        "name": "files",
        "train": str(tmp_path / "X_train.npy"),
        "train_labels": str(tmp_path / "Y_train.npy"),
        "test": str(tmp_path / "X_test.npy"),
    }


def test_an_ambiguous_file_is_listed_with_the_setting_to_add(tmp_path):
    np.savez(tmp_path / "a.npz", X=SIGNALS.reshape(12, 80), Y=LABELS)
    report = describe(tmp_path / "a.npz")
    command = f"  ltsei inspect {tmp_path / 'a.npz'} layout=NL"
    assert "12 x 80" in report
    assert report.endswith(f"set layout to the right one under `source` in the configuration; to try it:\n{command}\n")
    assert "layout concatenated: 12 signals of 40 samples" in describe(tmp_path / "a.npz", layout="concatenated")


def test_values_that_are_not_finite_are_counted_beside_the_range(tmp_path):
    invalid = np.where(np.arange(12)[:, None, None] == 1, np.nan, np.ones_like(SIGNALS))
    np.savez(tmp_path / "a.npz", X=invalid, Y=LABELS, gain=np.full(12, np.nan))
    report = describe(tmp_path / "a.npz")
    assert "1 to 1, 80 not finite" in report
    assert "no finite number, 12 not finite" in report


def source_of(report):
    (entry,) = configuration(report).values()
    return entry["source"]


def test_drop_invalid_is_proposed_where_it_is_needed(tmp_path):
    np.savez(tmp_path / "a.npz", X=np.where(np.arange(12)[:, None, None] == 11, np.inf, SIGNALS), Y=LABELS)
    report = describe(tmp_path / "a.npz")
    assert "values beyond float32: 1; drop_invalid leaves them out." in report
    assert "(proposed: holdout, drop_invalid)" in report
    assert build_component("sources", source_of(report), None).notes["invalid_signals"] == [1]


@pytest.mark.parametrize("settings", [{}, {"test": "x_val.npy"}])
def test_drop_unknown_is_proposed_where_it_is_needed(tmp_path, monkeypatch, settings):
    monkeypatch.chdir(tmp_path)
    for part, labels in (("train", LABELS), ("val", np.array([0, 1, 7])[LABELS])):
        np.save(tmp_path / f"x_{part}.npy", SIGNALS + len(part))
        np.save(tmp_path / f"y_{part}.npy", labels)
    report = describe("x_train.npy", **settings)
    assert "classes that training lacks: 2; drop_unknown leaves them out." in report
    assert "Parts: 12 training and 10 test signals; classes without test signals: 2." in report
    assert build_component("sources", source_of(report), None).notes["dropped_signals"] == [0, 2]


@pytest.mark.parametrize(
    ("settings", "clause"),
    [
        ({"group_key": "sess"}, "unknown key 'sess'"),
        ({"group_key": "X"}, "needs one value for each of 12 signals"),
        ({"test": "absent.npz"}, "absent.npz: no such file"),
        ({"test_labels": "Y.npy"}, "test_labels is set"),
    ],
)
def test_no_yaml_lines_are_shown_that_the_source_would_refuse(archive, settings, clause):
    report = describe(archive, **settings)
    assert "Not usable as it is: " in report
    assert clause in report
    assert "For `datasets`" not in report


def test_the_lines_for_files_too_large_to_be_read_twice_are_not_tried_out(archive, monkeypatch):
    monkeypatch.setattr(inspect_trial, "TRIAL_BYTES", 100)
    report = describe(archive, group_key="absent")
    assert "have not been tried out" in report
    assert source_of(report)["group_key"] == "absent"


def test_a_separate_file_of_labels_counts_towards_the_size(tmp_path, monkeypatch):
    np.save(tmp_path / "X.npy", SIGNALS)
    np.save(tmp_path / "Y.npy", LABELS)
    size = (tmp_path / "X.npy").stat().st_size
    monkeypatch.setattr(inspect_trial, "TRIAL_BYTES", size)
    assert "have not been tried out" in describe(tmp_path / "X.npy")


@pytest.fixture
def sessions(tmp_path):
    np.savez(tmp_path / "a.npz", X=SIGNALS, Y=LABELS, record=np.arange(12) // 3, t=np.arange(12) / 2)
    return tmp_path / "a.npz"


LEAK = "Results look too good if signals of one recording or session are in both parts."


@pytest.mark.parametrize("settings", [{}, {"holdout": 0.4}])
def test_a_random_holdout_comes_with_a_warning_and_the_keys_that_could_replace_it(sessions, settings):
    report = describe(sessions, **settings)
    assert LEAK in report
    assert "signals instead: record (4 values) as group_key, t (12 values) as order_key." in report
    assert report.endswith("\n      # group_key: record\n      # order_key: t\n")


@pytest.mark.parametrize("settings", [{"group_key": "record"}, {"order_key": "t"}])
def test_a_holdout_by_a_key_comes_without_a_warning(sessions, settings):
    report = describe(sessions, **settings)
    assert LEAK not in report
    assert source_of(report).items() >= {"holdout": 0.3, **settings}.items()


def test_a_key_for_the_holdout_takes_precedence_over_a_test_file_beside(tmp_path, sessions):
    train = sessions.rename(tmp_path / "train.npz")
    np.savez(tmp_path / "test.npz", X=SIGNALS + 1, Y=LABELS)
    assert source_of(describe(train))["test"] == str(tmp_path / "test.npz")
    assert "test" not in source_of(describe(train, group_key="record"))


def test_few_classes_are_listed_completely_and_many_by_the_largest_and_smallest(tmp_path):
    np.savez(tmp_path / "few.npz", X=SIGNALS, Y=LABELS)
    np.savez(tmp_path / "many.npz", X=np.repeat(SIGNALS, 2, axis=0), Y=np.arange(24) % 11)
    few, many = describe(tmp_path / "few.npz"), describe(tmp_path / "many.npz")
    assert "Classes: 0 (6), 1 (4), 2 (2)." in few
    assert "Largest" not in few
    assert "Largest classes: 0 (3), 1 (3), 2 (2), 3 (2), 4 (2)." in many
    assert "Smallest classes: 6 (2), 7 (2), 8 (2), 9 (2), 10 (2)." in many


@pytest.mark.parametrize("settings", [{}, {"layout": "LNC"}])
def test_a_report_ends_with_one_line_break(archive, settings):
    report = describe(archive, **settings)
    assert report.endswith("\n")
    assert not report.endswith("\n\n")


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("layout", "nlc", "one of auto, NLC, NCL"),
        ("expected_length", 2.5, "a whole number"),
        ("sample_rate_hz", "1e6", "a number .*write a decimal point"),
        ("x_key", 3, "text"),
        ("drop_invalid", 1, "true or false"),
        ("holdout", 1.5, r"a number in \(0, 1\)"),
    ],
)
def test_a_value_of_the_wrong_type_or_out_of_range_is_refused_in_plain_words(archive, key, value, expected):
    with pytest.raises(InputError, match=rf"{key}: got {value!r}, expected {expected}"):
        describe(archive, **{key: value})


def test_an_unknown_setting_names_the_nearest_one(archive):
    with pytest.raises(InputError, match="did you mean 'layout'"):
        describe(archive, layuot="NLC")


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        describe(tmp_path / "absent.npz")


def test_a_validation_file_is_counted_separately_and_the_split_uses_it(tmp_path):
    for name, count in (("train", 60), ("val", 12), ("test", 15)):
        np.save(tmp_path / f"X_{name}.npy", np.random.default_rng(count).normal(size=(count, 64, 2)))
        np.save(tmp_path / f"Y_{name}.npy", np.arange(count) % 3)
    text = describe(str(tmp_path / "X_train.npy"), val=str(tmp_path / "X_val.npy"))
    assert "Parts: 60 training, 12 validation and 15 test signals." in text
    assert text.rstrip().endswith("split: {validation: given}")


def test_labels_shifted_by_one_are_said_instead_of_proposing_drop_unknown(tmp_path):
    for part, labels in (("train", LABELS), ("test", LABELS + 1)):
        np.save(tmp_path / f"X_{part}.npy", SIGNALS + len(part))
        np.save(tmp_path / f"Y_{part}.npy", labels)
    report = describe(tmp_path / "X_train.npy")
    assert "test labels are 1...3 where training has 0...2: they look shifted by one" in report
    assert "drop_unknown" not in report
    assert "For `datasets`" not in report


def test_copies_of_training_signals_in_the_test_part_are_said_before_a_run(tmp_path):
    for part, chosen in (("train", slice(None)), ("test", slice(None, None, 2))):
        np.save(tmp_path / f"X_{part}.npy", SIGNALS[chosen])
        np.save(tmp_path / f"Y_{part}.npy", LABELS[chosen])
    report = describe(tmp_path / "X_train.npy")
    assert "Not usable as it is: 6 of 6 test signals are exact copies of training signals" in report
    assert f"signal 0 of {tmp_path / 'X_test.npy'} is signal 0 of {tmp_path / 'X_train.npy'}" in report
    assert "For `datasets`" in describe(tmp_path / "X_train.npy", allow_duplicates=True)


def test_the_signals_per_class_of_all_parts_are_shown_and_few_are_warned_about(tmp_path):
    np.savez(tmp_path / "a.npz", X=np.random.default_rng(0).normal(size=(60, 32, 2)), Y=np.repeat([0, 1], [50, 10]))
    report = describe(tmp_path / "a.npz")
    assert "Signals per class: training 6 to 31 (median 18.5); validation 1 to 4 (median 2.5); test 3 to 15 " in report
    assert "Warning: fewer than 5 test signals of 1 (3); balanced accuracy weighs all classes alike." in report
    assert "Warning: fewer than 5 validation signals of 1 (1), 0 (4);" in report


def test_parts_of_different_length_get_the_length_of_the_data_set(tmp_path):
    np.savez(tmp_path / "train.npz", X=SIGNALS, Y=LABELS, record=np.arange(12) // 3)
    np.savez(tmp_path / "test.npz", X=SIGNALS[:, 1:] + 1, Y=LABELS)
    report = describe(tmp_path / "train.npz")
    assert report.endswith("\n      # group_key: record\n    length: 39\n")
    assert "Signals have 39 and 40 samples; `length` of the data set cuts or pads them to 39." in report
    (entry,) = configuration(report).values()
    assert entry["length"] == 39


def test_a_class_whose_recordings_cannot_be_divided_is_named(tmp_path):
    record = np.where(np.equal(LABELS, 2), 9, np.arange(12) // 2)
    np.savez(tmp_path / "a.npz", X=SIGNALS, Y=LABELS, record=record)
    report = describe(tmp_path / "a.npz", group_key="record")
    assert "classes without test signals: 2." in report
    assert "Warning: no validation signals of " in report


def test_a_group_key_is_proposed_for_validation_where_there_is_a_test_file(sessions, tmp_path):
    np.savez(tmp_path / "late.npz", X=SIGNALS + 1, Y=LABELS)
    report = describe(sessions, test=str(tmp_path / "late.npz"))
    assert "Warning: the validation part is drawn at random." in report
    assert report.endswith("\n      # group_key: record\n")


def test_one_file_per_class_is_described_by_its_pattern(tmp_path):
    for label in range(3):
        np.save(tmp_path / f"radio-{label}.npy", SIGNALS[np.equal(LABELS, label)])
    report = describe(str(tmp_path / "*.npy"))
    assert "Labels: one class per file or key, 3 classes of 2 to 6 signals" in report
    assert source_of(report) == {"name": "files", "train": str(tmp_path / "*.npy"), "holdout": 0.3}
