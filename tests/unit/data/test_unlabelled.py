"""The store of unlabelled signals."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tones import make_store

from ltsei.core import content, files
from ltsei.core.errors import InputError
from ltsei.data.recordings import Part
from ltsei.data.unlabelled import Unlabelled, open_unlabelled, unknown_labels, write_unlabelled

STORE = make_store(per_class=3, length=8)
SIGNALS = np.random.default_rng(1).normal(size=(7, 8, 2)).astype(np.float32)


def source(signals=SIGNALS, **changes):
    starts = range(0, len(signals), 3)
    part = Part(unknown_labels(len(signals)), signals.shape[1:], lambda: iter([signals[i : i + 3] for i in starts]))
    return Unlabelled(part, "abc123", {"layout": "NLC"}, **changes)


def written(folder, unlabelled, length=None):
    paths = {"signals": str(folder / "signals.npy"), "origin": str(folder / "origin.json")}
    write_unlabelled(unlabelled, STORE, **paths, length=length)
    record = {"fingerprints": {}, content.CONTENTS: content.contents(folder, ["signals.npy", "origin.json"])}
    files.write_json(folder / "recipe.json", content.sealed(record))
    return open_unlabelled([paths["signals"], str(folder / "recipe.json")])


def refusal(folder, *arguments, **options):
    with pytest.raises(InputError) as error:
        written(folder, *arguments, **options)
    assert list(folder.iterdir()) == []
    return str(error.value)


def test_a_store_returns_the_signals_and_a_record_says_where_they_come_from(tmp_path):
    store = written(tmp_path, source())
    np.testing.assert_array_equal(store.signals, SIGNALS)
    assert store.signals.dtype == np.float32
    assert store.sha256 == content.sha256(tmp_path / "signals.npy")
    assert json.loads((tmp_path / "origin.json").read_text()) == {
        "checksum": "abc123",
        "number": 7,
        "notes": {"layout": "NLC"},
        "files": {},
    }


def test_no_label_is_stored(tmp_path):
    written(tmp_path, source())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["origin.json", "recipe.json", "signals.npy"]
    assert (tmp_path / "signals.npy").stat().st_size == 128 + SIGNALS.nbytes


@pytest.mark.parametrize(("part", "signals"), [("training", STORE.train_signals), ("test", STORE.test_signals)])
def test_copies_of_labelled_signals_are_refused_or_noted(tmp_path, part, signals):
    store = replace(STORE, test_signals=STORE.test_signals + 1)
    known = signals if part == "training" else store.test_signals
    mixed = np.concatenate([SIGNALS[:4], known[2:4]])
    paths = {"signals": str(tmp_path / "signals.npy"), "origin": str(tmp_path / "origin.json"), "length": None}
    with pytest.raises(
        InputError, match=f"unlabelled: 2 of 6 signals are exact copies of {part} signals, the first is"
    ):
        write_unlabelled(source(mixed), store, **paths)
    assert list(tmp_path.iterdir()) == []
    write_unlabelled(source(mixed, allow_duplicates=True), store, **paths)
    assert json.loads((tmp_path / "origin.json").read_text())["notes"]["duplicates"] == {part: 2}


def test_other_lengths_need_the_length_of_the_data_set_and_become_that_of_the_store(tmp_path):
    longer = np.pad(SIGNALS, [(0, 0), (0, 3), (0, 0)], constant_values=9.0)
    assert "got signals of 11 samples, expected 8 as in training; set `length`" in refusal(tmp_path, source(longer))
    np.testing.assert_array_equal(written(tmp_path, source(longer), length=8).signals, SIGNALS)
    shorter = written(tmp_path, source(SIGNALS[:, :5]), length=5).signals
    np.testing.assert_array_equal(shorter[:, :5], SIGNALS[:, :5])
    assert shorter.shape == SIGNALS.shape and not shorter[:, 5:].any()


def test_signals_that_cannot_be_used_are_refused(tmp_path):
    invalid = SIGNALS.copy()
    invalid[4, 0, 0] = np.nan
    assert "unlabelled: 1 of 7 signals hold NaN or infinity, the first is signal 4" in refusal(
        tmp_path, source(invalid)
    )
    assert "unlabelled: got signals (8, 1), expected the channels" in refusal(tmp_path, source(SIGNALS[..., :1]))
    assert refusal(tmp_path, source(SIGNALS[:0])) == "unlabelled: no signals, expected at least one"


def test_a_training_without_unlabelled_signals_opens_none():
    assert open_unlabelled([]) is None
