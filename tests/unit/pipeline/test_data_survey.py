"""Everything wrong with the data of a matrix, and the signals per class of its parts, before any job."""

import numpy as np
import pytest
from conftest import SCRIPTS

from ltsei.data.readers.signal_file import SignalFile
from ltsei.pipeline.data_survey import survey
from ltsei.pipeline.load import load_matrix

SIGNALS = np.random.default_rng(0).normal(size=(90, 16, 2)).astype(np.float32)


@pytest.fixture
def surveys(experiments, tmp_path, monkeypatch):
    """A function from data sets (name -> source, and what else they set) to their surveys."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(SignalFile, "_signals_per_block", None)  # no signal can be read
    np.savez("a.npz", X=SIGNALS, Y=np.repeat([0, 1, 2], [50, 30, 10]), record=np.arange(90) // 5)
    np.savez("late.npz", X=SIGNALS[:20, :8], Y=np.arange(20) % 3, record=np.arange(20) + 15)

    def surveyed(ratios=("natural",), **datasets):
        experiments["datasets"] = {
            name: {"source": {"name": "files", "train": "a.npz", **source}, **others}
            for name, (source, others) in datasets.items()
        }
        block = {"datasets": list(datasets), "methods": ["ce"], "imbalance_ratios": list(ratios), "seeds": [0, 1]}
        experiments["experiments"] = {"main": block}
        return survey(load_matrix(experiments, SCRIPTS, files=False))

    return surveyed


def test_the_problems_of_all_data_sets_are_listed_with_their_place(surveys):
    np.save("Y_short.npy", np.arange(89))
    found = surveys(
        first=({"train_labels": "Y_short.npy", "test": "absent.npz"}, {}),
        second=({"holdout": 0.3, "group_key": "session"}, {}),
        third=({"holdout": 0.3}, {"split": {"n_max": 60, "class_order": "frequency"}}),
        fourth=({"test": "late.npz"}, {}),
        fifth=({"holdout": 0.3}, {}),
        ratios=("natural", 2.0),
    )
    problems = {each.dataset: each.problems for each in found}
    assert [len(lines) for lines in problems.values()] == [2, 1, 1, 1, 0]
    assert problems["first"][0].startswith("datasets.first.source: a.npz: X (90, 16, 2)")
    assert problems["first"][1] == "datasets.first.source: absent.npz: no such file"
    assert "group_key: unknown key 'session'" in problems["second"][0]
    assert problems["third"][0].startswith("datasets.third.split.n_max: got 60, for which class 0 needs 60")
    assert "set `length` of the data set" in problems["fourth"][0]


def test_the_signals_per_class_of_every_ratio_are_shown(surveys):
    (only,) = surveys(one=({"holdout": 0.3}, {}), ratios=("natural", 2.0))
    assert only.lines[0] == "3 classes, signals of 16 samples and 2 channels"
    natural, steep = (line for line in only.lines if line.startswith("Ratio"))
    assert natural == (
        "Ratio natural, seed 0: signals per class: training 6 to 31 (median 19); validation 1 to 4 (median 2); "
        "test 3 to 15 (median 9)."
    )
    assert steep.startswith("Ratio 2, seed 0: signals per class: training 2 to 6 (median 3); validation 1;")
    assert "Warning: fewer than 5 test signals of 2 (3); balanced accuracy weighs all classes alike." in only.lines
    assert len(only.lines) == len(set(only.lines))


def test_recordings_in_both_files_and_classes_without_validation_are_warned_about(surveys):
    np.savez("one.npz", X=SIGNALS, Y=np.repeat([0, 1, 2], [50, 30, 10]), record=np.minimum(np.arange(90) // 5, 16))
    (only,) = surveys(one=({"train": "one.npz", "test": "late.npz", "group_key": "record"}, {"length": 8}))
    assert only.problems == ()
    assert "Warning: the training and the test file share groups of record (2): 15, 16." in only.lines
    assert [line for line in only.lines if line.startswith("Warning: no validation signals of class 2:")]


def test_a_synthetic_data_set_is_surveyed_by_building_it(experiments):
    (only,) = survey(load_matrix(experiments, SCRIPTS))
    assert only.problems == ()
    assert "validation 4; test 6." in only.lines[1]


@pytest.mark.parametrize(
    ("unknown", "problem"),
    [
        (["0", 7], "unknown class '7', allowed: 0, 1, 2"),
        (3, "got 3 of 3 classes, which leaves 0 known; at least 2 must be left, so name at most 1"),
        ([0, 1], "got 2 of 3 classes, which leaves 1 known; at least 2 must be left, so name at most 1"),
    ],
)
def test_unknown_classes_that_cannot_be_held_out_are_named_with_their_key(surveys, unknown, problem):
    (only,) = surveys(one=({"holdout": 0.3}, {"unknown_classes": unknown}))
    assert only.problems == (f"datasets.one.unknown_classes: {problem}",)


def test_a_survey_counts_the_known_classes_alone(surveys):
    (only,) = surveys(one=({"holdout": 0.3}, {"unknown_classes": [1]}), ratios=(2.0,))
    assert only.problems == ()
    assert only.lines[0] == "2 classes, signals of 16 samples and 2 channels"
    assert "test 3 to 15 (median 9)" in only.lines[1]
