"""What the report says about the data."""

import numpy as np

from ltsei.core import files
from ltsei.data.split import Split, write_split
from ltsei.report.data_note import data_note


def note(folder, *, counts=(100, 20), val=(10, 2), test=(30, 4), split_notes=(), **notes):
    nothing = np.zeros(0, np.int64)
    for ir in ("10", "50"):
        split = Split(nothing, nothing, np.array(counts), 5.0, {}, np.array(val), split_notes)
        write_split(folder / ir / "split.npz", split)
    source = {} if "synthetic_adsb" in notes else {"data.npz": "0a1b"}
    meta = {"class_names": ["alpha", "bravo"], "test_counts": list(test), "notes": notes, "files": source}
    files.write_json(folder / "meta.json", meta)
    splits = {("adsb", ir, 0): str(folder / ir / "split.npz") for ir in ("10", "50", "100")}
    return data_note(splits, {"adsb": str(folder / "meta.json"), "absent": "absent.json"}).splitlines()


def test_the_signals_per_class_of_every_part_and_the_classes_with_few_are_shown(tmp_path):
    assert note(tmp_path, groups={"key": "session", "number": 3})[:5] == [
        "adsb: test: the signals of a file of their own.",
        "adsb: signals: 34 for test; 120 for training and 12 for validation (9 % of both) at ratio 10; "
        "120 for training and 12 for validation (9 % of both) at ratio 50.",
        "adsb: signals per class: test 4 to 30 (median 17); "
        "training 20 to 100 (median 60) and validation 2 to 10 (median 6) at ratio 10; "
        "training 20 to 100 (median 60) and validation 2 to 10 (median 6) at ratio 50.",
        "adsb: Warning: fewer than 5 validation signals of bravo (2); balanced accuracy weighs all classes alike.",
        "adsb: Warning: fewer than 5 test signals of bravo (4); balanced accuracy weighs all classes alike.",
    ]


def test_groups_copies_and_what_a_split_could_not_do_are_said(tmp_path):
    lines = note(
        tmp_path,
        val=(10, 9),
        test=(9, 9),
        split_notes=("no validation signals of class x",),
        groups={"key": "session", "number": 12, "also_in_test": [3]},
        duplicates={"test signals that are also training signals": 7},
        copies_in_training=2,
    )
    assert lines[3:] == [
        "adsb: Warning: no validation signals of class x.",
        "adsb: validation takes whole groups of session; there are 12 besides those of test.",
        "adsb: Warning: the training and the test file share groups of session (1): 3.",
        "adsb: Warning: 7 test signals that are also training signals, as exact copies; allow_duplicates is on.",
        "adsb: 2 training signals are exact copies of others; validation and training share none.",
    ]


def test_copies_in_training_and_validation_are_not_denied(tmp_path):
    shared = {"validation signals that are also training signals": 1}
    (line,) = [
        line
        for line in note(tmp_path, val=(10, 9), test=(9, 9), duplicates=shared, copies_in_training=2)
        if "2 training" in line
    ]
    assert line == "adsb: 2 training signals are exact copies of others."


def test_of_messages_held_out_by_time_it_is_known_that_recordings_are_divided(tmp_path):
    by_time = {"fraction": 0.3, "by": "time"}
    lines = note(tmp_path, val=(10, 9), test=(9, 9), holdout=by_time, files={"a.bin": "0"})
    assert not [line for line in lines if "no group_key" in line]
    assert (
        "adsb: recordings: messages of one recording may be in several parts; `holdout_by: file` keeps them together."
        in lines
    )


def test_nothing_is_said_before_there_are_splits(tmp_path):
    assert data_note({("adsb", "10", 0): str(tmp_path / "split.npz")}, {"adsb": str(tmp_path / "meta.json")}) == ""


def test_the_note_says_how_the_test_part_was_made(tmp_path):
    def of(folder, **notes):
        return note(tmp_path / folder, val=(9, 9), test=(9, 9), **notes)[0].removeprefix("adsb: test: ")

    assert of("random", holdout={"fraction": 0.2, "seed": 0}) == (
        "20 % of each class, drawn at random out of the file that training comes from."
    )
    values = {"values": {"run": ["2", "3"], "day": ["monday"]}, "recordings": 32}
    assert of("values", holdout=values) == (
        "all of run 2 or 3 and day monday, 32 recordings; training shares none of them."
    )
    assert of("order", holdout={"fraction": 0.25, "order_key": "time"}) == "the last 25 % of each class by time."
    assert of("messages", holdout={"fraction": 0.3, "by": "time"}) == "the last 30 % of each class by time."
    assert of("chosen", holdout={"values": {"day": ["5"]}}) == "all of day 5; training shares none of them."
    fold = {"fold": 2, "folds": 5, "group_key": "day", "test_groups": ["monday"]}
    assert of("fold", holdout=fold) == "fold 2 of 5, whole groups of day, 1 (monday); training shares none of them."
    whole = {"fraction": 0.2, "seed": 0, "group_key": "session", "test_groups": list(range(12))}
    assert of("groups", holdout=whole) == (
        "whole groups of session, 12 (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...), about 20 % of each class; "
        "training shares none of them."
    )
    assert of("generated", synthetic_adsb={"test_per_class": 40}) == (
        "40 signals of each class, generated independently of training and validation."
    )


def test_the_note_says_where_recordings_are_unknown(tmp_path):
    unknown = "adsb: recordings: unknown, since no group_key is set; signals of one recording may be in several parts."
    assert unknown in note(tmp_path / "file")
    assert unknown in note(tmp_path / "random", holdout={"fraction": 0.2, "seed": 0})
    assert unknown not in note(tmp_path / "groups", groups={"key": "session", "number": 3})
    assert unknown not in note(tmp_path / "generated", synthetic_adsb={"test_per_class": 40})
