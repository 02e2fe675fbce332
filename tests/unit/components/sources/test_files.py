import hashlib
import re
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io

from ltsei.components.sources import files
from ltsei.core import registry
from ltsei.core.context import build_component
from ltsei.core.errors import InputError
from ltsei.data.one_length import one_length
from ltsei.data.readers import signal_file
from ltsei.data.split import make_split
from ltsei.data.store import open_store, write_store

N, L = 12, 40
SIGNALS = np.random.default_rng(0).normal(size=(N, L, 2)).astype(np.float32)
LABELS = np.array([0, 1, 2, 0, 1, 2, 0, 1, 0, 1, 0, 0])
IQ = SIGNALS[..., 0] + 1j * SIGNALS[..., 1]
HALVES = SIGNALS.transpose(0, 2, 1).reshape(N, 2 * L)
FLAT = {"icao": LABELS * 111 + 4_000_000, "raw_i": SIGNALS[..., 0].ravel(), "raw_q": SIGNALS[..., 1].ravel()}
FLAT_KEYS = {"y_key": "icao", "i_key": "raw_i", "q_key": "raw_q"}


def build(**settings):
    return build_component("sources", {"name": "files", **settings}, None)


def signals(part):
    chunks = list(part.chunks())
    assert all(chunk.dtype == np.float32 for chunk in chunks)
    return np.concatenate(chunks)


def save(path, **arrays):
    match path.suffix:
        case ".npz":
            np.savez(path, **arrays)
        case ".mat":
            scipy.io.savemat(path, arrays)
        case ".h5":
            with h5py.File(path, "w") as file:
                for key, value in arrays.items():
                    file[key] = value
        case ".npy":
            np.save(path, arrays["X"])
            np.save(path.with_name(path.name.replace("X", "Y").replace("x", "y")), arrays["Y"])
    return str(path)


def both_parts(recordings):
    """Return all signals and labels of a holdout, sorted by their first sample."""
    values = np.concatenate([signals(recordings.train), signals(recordings.test)])
    labels = np.concatenate([recordings.train.labels, recordings.test.labels])
    order = np.argsort(values[:, 0, 0])
    return values[order], labels[order]


ORDER = np.argsort(SIGNALS[:, 0, 0])


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".mat", ".h5"])
@pytest.mark.parametrize(
    ("stored", "settings"),
    [
        (SIGNALS, {}),
        (SIGNALS.astype(np.float64).transpose(0, 2, 1), {}),
        (SIGNALS.transpose(2, 1, 0), {}),
        (SIGNALS[:, None], {"layout": "NLC"}),
        (IQ, {}),
        (IQ.T, {}),
        (HALVES, {"layout": "concatenated"}),
        (HALVES, {"layout": "concatenated", "expected_length": L}),
        (SIGNALS.reshape(N, 2 * L), {"layout": "interleaved"}),
    ],
)
def test_every_container_and_layout_gives_the_same_signals(tmp_path, suffix, stored, settings):
    path = save(tmp_path / f"X{suffix}", X=stored, Y=LABELS)
    recordings = build(train=path, holdout=0.3, **settings)
    values, labels = both_parts(recordings)
    assert np.array_equal(values, SIGNALS[ORDER])
    assert np.array_equal(labels, LABELS[ORDER])
    assert recordings.train.signal_shape == (L, 2)


@pytest.mark.parametrize("suffix", [".npz", ".mat", ".h5"])
def test_flat_i_and_q_vectors_are_cut_into_as_many_signals_as_labels(tmp_path, suffix):
    path = save(tmp_path / f"adsb_records{suffix}", **FLAT)
    recordings = build(train=path, holdout=0.3, **FLAT_KEYS)
    values, labels = both_parts(recordings)
    assert np.array_equal(values, SIGNALS[ORDER])
    assert np.array_equal(labels, LABELS[ORDER])
    assert recordings.class_names == ("4000000", "4000111", "4000222")
    assert recordings.notes["label_map"]["4000111"] == {"index": 1, "label": 4000111}


@pytest.mark.parametrize(
    ("x_name", "y_name"),
    [
        ("X_train_10Class.npy", "Y_train_10Class.npy"),
        ("x_train_3.npy", "y_train_3.npy"),
        ("train_x.npy", "train_y.npy"),
        ("Xtrain.npy", "Ytrain.npy"),
        ("fox_x_1.npy", "fox_y_1.npy"),
    ],
)
def test_the_labels_of_an_npy_file_are_found_by_its_name(tmp_path, x_name, y_name):
    np.save(tmp_path / x_name, SIGNALS)
    np.save(tmp_path / y_name, LABELS[:, None].astype(np.float64))
    recordings = build(train=str(tmp_path / x_name), holdout=0.3)
    assert list(recordings.files) == [str(tmp_path / x_name), str(tmp_path / y_name)]
    assert np.array_equal(both_parts(recordings)[1], LABELS[ORDER])


@pytest.mark.parametrize("keys", [("I", "Q"), ("i", "q"), ("rf/I", "rf/Q"), ("I_train", "Q_train")])
@pytest.mark.parametrize("stored", [SIGNALS, SIGNALS.reshape(-1, 2)])
def test_the_only_arrays_called_i_and_q_are_the_signals(tmp_path, keys, stored):
    path = save(tmp_path / "a.h5", **{keys[0]: stored[..., 0], keys[1]: stored[..., 1], "label": LABELS})
    values, labels = both_parts(build(train=path, holdout=0.3))
    assert np.array_equal(values, SIGNALS[ORDER])
    assert np.array_equal(labels, LABELS[ORDER])


def test_an_array_with_a_usual_name_comes_before_i_and_q(tmp_path):
    path = save(tmp_path / "a.h5", X=SIGNALS, I=SIGNALS[..., 1], Q=SIGNALS[..., 0], label=LABELS)
    assert np.array_equal(both_parts(build(train=path, holdout=0.3))[0], SIGNALS[ORDER])


def test_i_and_q_of_both_parts_are_found_in_one_file(tmp_path):
    parts = {"train": (SIGNALS, LABELS), "test": (SIGNALS[:3], LABELS[:3])}
    arrays = {}
    for part, (values, labels) in parts.items():
        arrays |= {f"i_{part}": values[..., 0], f"q_{part}": values[..., 1], f"y_{part}": labels}
    recordings = build(train=save(tmp_path / "all.npz", **arrays))
    assert np.array_equal(signals(recordings.train), SIGNALS)
    assert np.array_equal(signals(recordings.test), SIGNALS[:3])


def test_training_and_test_files_share_one_numbering(tmp_path):
    train = save(tmp_path / "train.npz", X=SIGNALS, Y=LABELS + 5)
    test = save(tmp_path / "test.npz", X=SIGNALS[:2], Y=np.array([7, 5]))
    recordings = build(train=train, test=test)
    assert recordings.class_names == ("5", "6", "7")
    assert recordings.test.labels.tolist() == [2, 0]
    assert recordings.notes["absent_from_test"] == ["6"]
    assert np.array_equal(signals(recordings.test), SIGNALS[:2])
    assert np.array_equal(signals(recordings.train), SIGNALS)


def test_keys_that_name_the_parts_are_found_in_one_file(tmp_path):
    arrays = {"X_train": SIGNALS, "Y_train": LABELS, "X_test": SIGNALS[:3], "Y_test": LABELS[:3]}
    recordings = build(train=save(tmp_path / "all.npz", **arrays))
    assert np.array_equal(signals(recordings.train), SIGNALS)
    assert np.array_equal(signals(recordings.test), SIGNALS[:3])


def test_labels_may_come_from_a_named_file(tmp_path):
    np.save(tmp_path / "signals.npy", SIGNALS)
    np.savez(tmp_path / "devices.npz", label=LABELS)
    train, labels = (str(tmp_path / name) for name in ("signals.npy", "devices.npz"))
    assert np.array_equal(both_parts(build(train=train, train_labels=labels, holdout=0.3))[1], LABELS[ORDER])


def test_an_unusually_named_pair_of_arrays_is_found_by_its_shapes(tmp_path):
    path = save(tmp_path / "a.h5", frames=SIGNALS, device=LABELS)
    assert np.array_equal(both_parts(build(train=path, holdout=0.3))[1], LABELS[ORDER])


def test_class_names_and_sample_rate_come_from_the_file(tmp_path):
    path = save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS, class_names=np.array(["a", "b", "c"]), fs=np.array(5e7))
    recordings = build(train=path, holdout=0.3)
    assert recordings.class_names == ("a", "b", "c")
    assert recordings.sample_rate_hz == 5e7


def test_the_given_sample_rate_replaces_that_of_the_file(tmp_path):
    path = save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS, fs=np.array(5e7))
    assert build(train=path, holdout=0.3, sample_rate_hz=2.5e7).sample_rate_hz == 2.5e7


def test_one_channel_and_integers_are_read(tmp_path):
    stored = np.arange(N * L, dtype=np.int16).reshape(N, 1, L)
    recordings = build(train=save(tmp_path / "a.npz", X=stored, Y=LABELS), test=None, holdout=0.3)
    assert recordings.train.signal_shape == (L, 1)
    assert np.array_equal(np.sort(both_parts(recordings)[0].ravel()), np.arange(N * L))


def test_blocks_smaller_than_the_file_give_the_same_signals(tmp_path, monkeypatch):
    path = save(tmp_path / "a.h5", X=SIGNALS.transpose(2, 1, 0), Y=LABELS)
    monkeypatch.setattr(signal_file, "BLOCK_BYTES", 5 * L * 2 * 4)
    recordings = build(train=path, holdout=0.3)
    assert len(list(recordings.train.chunks())) == 3
    assert np.array_equal(both_parts(recordings)[0], SIGNALS[ORDER])


def test_blocks_hold_whole_hdf5_chunks(tmp_path, monkeypatch):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("X", data=SIGNALS, chunks=(4, L, 2))
        file["Y"] = LABELS
    monkeypatch.setattr(signal_file, "BLOCK_BYTES", 1)
    assert len(list(build(train=str(tmp_path / "a.h5"), holdout=0.01).train.chunks())) == 3


def test_chunks_start_again_on_every_call(tmp_path):
    train = build(train=save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS), holdout=0.3).train
    assert np.array_equal(signals(train), signals(train))


def test_whole_groups_are_held_out_and_noted(tmp_path):
    groups = np.arange(N) // 3
    recordings = build(
        train=save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS, record=groups), holdout=0.25, group_key="record"
    )
    (held_out,) = recordings.notes["holdout"]["test_groups"]
    assert np.array_equal(signals(recordings.test), SIGNALS[groups == held_out])


def test_each_group_is_the_test_part_of_one_fold(tmp_path):
    path = save(tmp_path / "a.npz", X=SIGNALS, Y=np.arange(N) % 2, record=np.arange(N) // 2)
    folds = [build(train=path, group_key="record", fold={"test": test, "of": 3}) for test in (1, 2, 3)]
    groups = [fold.notes["holdout"]["test_groups"] for fold in folds]
    assert sorted(group for tested in groups for group in tested) == list(range(6))
    for fold, tested in zip(folds, groups, strict=True):
        assert np.array_equal(signals(fold.test), SIGNALS[np.isin(np.arange(N) // 2, tested)])


def test_the_last_signals_are_held_out_by_their_time(tmp_path):
    times = np.arange(N)[::-1]
    path = save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS, t=times)
    recordings = build(train=path, holdout=0.2, order_key="t")
    assert np.array_equal(signals(recordings.test), SIGNALS[:3])  # the first of each class have the largest t


@pytest.mark.parametrize(
    ("settings", "note"),
    [
        ({}, {"seed": 0}),
        ({"group_key": "record"}, {"seed": 0, "group_key": "record", "test_groups": [5]}),
        ({"order_key": "record"}, {"order_key": "record"}),
    ],
)
def test_the_notes_say_how_the_test_part_is_held_out(tmp_path, settings, note):
    path = save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS, record=np.repeat([4, 5], [9, 3]))
    assert build(train=path, holdout=0.25, **settings).notes["holdout"] == {"fraction": 0.25, **note}


def test_invalid_signals_are_left_out_and_counted_on_request(tmp_path):
    stored = SIGNALS.copy()
    stored[3, 5, 1] = np.nan
    stored[8] = np.inf
    recordings = build(train=save(tmp_path / "a.npz", X=stored, Y=LABELS), holdout=0.3, drop_invalid=True)
    expected = SIGNALS[np.delete(np.arange(N), [3, 8])]
    assert recordings.notes["dropped_signals"] == recordings.notes["invalid_signals"] == [2]
    assert np.array_equal(both_parts(recordings)[0], expected[np.argsort(expected[:, 0, 0])])


def test_test_signals_of_unknown_classes_are_left_out_on_request(tmp_path):
    train = save(tmp_path / "train.npz", X=SIGNALS, Y=LABELS)
    test = save(tmp_path / "test.npz", X=SIGNALS[:3], Y=np.array([0, 9, 1]))
    recordings = build(train=train, test=test, drop_unknown=True)
    assert np.array_equal(signals(recordings.test), SIGNALS[[0, 2]])
    assert recordings.notes["dropped_signals"] == [0, 1]
    assert recordings.notes["invalid_signals"] == [0, 0]


def test_the_checksum_is_that_of_all_files_in_their_order(tmp_path):
    path = tmp_path / "X.npy"
    save(path, X=SIGNALS, Y=LABELS)
    both = path.read_bytes() + (tmp_path / "Y.npy").read_bytes()
    assert build(train=str(path), holdout=0.3).checksum == hashlib.sha256(both).hexdigest()


def test_each_file_is_recorded_with_its_own_checksum(three):
    expected = {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in three.values()}
    assert build(**three).files == expected


BAD = [
    ({"Y": LABELS[:-1]}, {}, "no axis of the shape .* is as long as the 11 labels"),
    ({"Y": LABELS + 0.5}, {}, "labels must be whole numbers"),
    (
        {"X": np.where(np.arange(N)[:, None, None] < 10, SIGNALS, np.nan)},
        {},
        "2 of 12 signals .* signal 10 .counted from 0",
    ),
    ({"X": SIGNALS.astype(np.float64) * 1e200}, {}, "12 of 12 signals hold NaN, infinity or values beyond float32"),
    ({"X": SIGNALS * np.nan}, {"drop_invalid": True}, "none of 12 signals is left"),
    ({"X": HALVES}, {}, "NL or concatenated.*set layout"),
    ({"X": SIGNALS.astype(object)}, {"x_key": "X"}, "cannot hold the signals"),
    ({"Y": LABELS.astype(object)}, {}, "only unpickling could read"),
    ({}, {"x_key": "x"}, r"x_key: unknown key 'x' \(did you mean 'X'\?\)|x_key: unknown key 'x'"),
    ({}, {"i_key": "X"}, "i_key and q_key name two arrays"),
    ({"Q": SIGNALS[:, 1:]}, {"i_key": "X", "q_key": "Q"}, "I and Q must be real and of one shape"),
    ({"data": SIGNALS}, {}, r"several arrays may be the signals \(X [^;]*; data [^;]*\): set x_key"),
    ({"labels": LABELS}, {}, "several arrays may be the labels.*set y_key"),
    ({"fs": np.array(0.0)}, {}, "fs: got 0.0, expected a positive number"),
    ({}, {"holdout": None}, "no test part: set test"),
    ({}, {"group_key": "X", "order_key": "Y"}, "not both"),
    ({}, {"test_labels": "Y.npy"}, "test_labels is set"),
    ({}, {"order_key": "X"}, "order_key: X .* needs one value for each of 12 signals"),
    ({"t": np.full(N, np.nan)}, {"order_key": "t"}, "holds NaN"),
    ({}, {"fold": {"test": 1, "of": 2}, "holdout": None}, "needs groups that stay whole; set group_key"),
    ({"day": np.arange(N) // 6}, {"fold": {"test": 1, "of": 2, "by": "day"}}, "remove holdout, order_key"),
    ({"day": LABELS}, {"fold": {"test": 1, "of": 3, "by": "day"}, "holdout": None}, "fold 1 of 3 takes all signals of"),
    ({"session": np.zeros(N)}, {"group_key": "session"}, "leaves the test part empty; each group"),
]


@pytest.mark.parametrize(("arrays", "settings", "clause"), BAD)
def test_unusable_input_is_an_error_that_names_the_file(tmp_path, arrays, settings, clause):
    path = save(tmp_path / "a.npz", **{"X": SIGNALS, "Y": LABELS, **arrays})
    with pytest.raises(InputError, match=clause) as error:
        build(train=path, **{"holdout": 0.3, **settings})
    assert path in str(error.value)


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("holdout", 1.5, r"in \(0, 1\)"),
        ("holdout", 0.0, r"in \(0, 1\)"),
        ("seed", -1, ">= 0"),
        ("sample_rate_hz", 0.0, "> 0"),
        ("expected_length", 0, ">= 1"),
        ("layout", "nlc", "NLC"),
    ],
)
def test_a_parameter_out_of_range_is_refused_before_a_file_is_opened(key, value, allowed):
    with pytest.raises(InputError, match=rf"{key}: got {value!r}, expected .*{allowed}"):
        build(train="absent.npz", **{key: value})


@pytest.mark.parametrize(
    ("name", "clause"), [("X_train.npy", r"Y_train\.npy is not beside it"), ("signals.npy", "its name has no x")]
)
def test_an_npy_file_without_labels_names_the_setting(tmp_path, name, clause):
    np.save(tmp_path / name, SIGNALS)
    with pytest.raises(InputError, match=f"{clause}.*set train_labels"):
        build(train=str(tmp_path / name), holdout=0.3)


@pytest.mark.parametrize("stored", [LABELS, np.eye(3)[LABELS]])
def test_the_file_of_labels_names_that_of_the_signals(tmp_path, stored):
    save(tmp_path / "x_train.npy", X=SIGNALS, Y=stored)
    with pytest.raises(InputError, match=r"this file holds the labels of x_train\.npy; name that file"):
        build(train=str(tmp_path / "y_train.npy"), holdout=0.3)


@pytest.mark.parametrize("name", ["labels.npy", "labels.mat"])
def test_a_file_with_only_labels_is_an_error_that_says_so(tmp_path, name):
    if name.endswith("npy"):
        np.save(tmp_path / name, LABELS)
    else:
        save(tmp_path / name, label=LABELS.astype(float), t=np.arange(N) / 2)
    with pytest.raises(InputError, match=r"this looks like labels .*name the file of the signals"):
        build(train=str(tmp_path / name), holdout=0.3)


LO = {"lo/I": SIGNALS[..., 0], "lo/Q": SIGNALS[..., 1]}


@pytest.mark.parametrize(
    ("arrays", "settings", "example"),
    [
        ({"rf/I": SIGNALS, "rf/Q": SIGNALS, **LO, "Y": LABELS}, {}, "i_key=lo/I q_key=lo/Q"),
        (FLAT, {}, "i_key=raw_i q_key=raw_q"),
        (FLAT, {"i_key": "raw_i", "q_key": "raw_q"}, "i_key=raw_i q_key=raw_q y_key=icao"),
        ({"a": SIGNALS[:, :9], "no": SIGNALS, "Y": LABELS}, {}, """'x_key='"'"'no'"'"''"""),
        ({"X": SIGNALS, "device": LABELS, "site": LABELS}, {}, "y_key=device"),
        ({"X": SIGNALS}, {}, "train_labels=FILE"),
        ({"X": HALVES, "Y": LABELS}, {"y_key": "Y"}, "y_key=Y layout=NL"),
    ],
)
def test_an_ambiguous_file_ends_with_a_command_to_copy(tmp_path, arrays, settings, example):
    path = save(tmp_path / "a b.h5", **arrays)
    with pytest.raises(InputError) as error:
        build(train=path, holdout=0.3, **settings)
    sentence, command = str(error.value).split("\n")
    assert sentence.endswith("under `source` in the configuration; to try it:")
    assert command == f"  ltsei inspect '{path}' {example}"


def test_a_file_without_labels_lists_its_arrays(tmp_path):
    with pytest.raises(InputError, match=r"no array looks like the labels \(X .*set y_key"):
        build(train=save(tmp_path / "a.npz", X=SIGNALS, fs=np.array(1.0)), holdout=0.3)


@pytest.mark.parametrize(
    ("arrays", "settings", "clause"),
    [
        (
            {"Y": np.where(LABELS == 2, 7, LABELS)},
            {},
            "the test part has signals of classes that training lacks: 7; .*drop_unknown",
        ),
        ({"X": SIGNALS[..., :1]}, {}, r"must have the same number of channels, got \(40, 2\) and \(40, 1\)"),
        ({}, {"holdout": 0.3}, "set only one of test"),
        ({}, {"order_key": "Y"}, "set only one of test"),
    ],
)
def test_a_test_file_that_does_not_fit_is_refused(tmp_path, arrays, settings, clause):
    train = save(tmp_path / "train.npz", X=SIGNALS, Y=LABELS)
    test = save(tmp_path / "test.npz", **{"X": SIGNALS, "Y": LABELS, **arrays})
    with pytest.raises(InputError, match=clause):
        build(train=train, test=test, **settings)


def test_the_same_array_cannot_be_training_and_test(tmp_path):
    path = save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS)
    with pytest.raises(InputError, match="the same array; set holdout"):
        build(train=path, test=path)


VAL, VAL_LABELS = -SIGNALS[:5], np.array([2, 0, 0, 1, 2])


@pytest.fixture
def three(tmp_path):
    """Training, test and validation file, each in another container."""
    return {
        "train": save(tmp_path / "train.npz", X=SIGNALS, Y=LABELS + 5),
        "test": save(tmp_path / "test.h5", X=SIGNALS[:2] + 1, Y=np.array([7, 5])),
        "val": save(tmp_path / "val.mat", X=VAL, Y=VAL_LABELS + 5),
    }


def test_validation_signals_follow_those_of_training(three):
    recordings = build(**three)
    assert recordings.num_validation == 5
    assert np.array_equal(signals(recordings.train), np.concatenate([SIGNALS, VAL]))
    assert np.array_equal(signals(recordings.train), signals(recordings.train))
    assert recordings.train.labels.tolist() == [*LABELS, *VAL_LABELS]
    assert np.array_equal(signals(recordings.test), SIGNALS[:2] + 1)


def test_a_source_without_a_validation_file_gives_no_validation_signals(three):
    del three["val"]
    assert build(**three).num_validation == 0


def test_the_validation_file_is_part_of_checksum_and_notes(three):
    recordings = build(**three)
    assert list(recordings.files) == [three["train"], three["test"], three["val"]]
    assert recordings.notes["dropped_signals"] == [0, 0, 0]
    del three["val"]
    assert build(**three).checksum != recordings.checksum


def test_nothing_of_the_validation_file_is_held_out_for_the_test_part(three):
    del three["test"]
    recordings = build(**three, holdout=0.3)
    assert np.array_equal(signals(recordings.train)[-5:], VAL)
    del three["val"]
    assert np.array_equal(signals(recordings.test), signals(build(**three, holdout=0.3).test))


@pytest.mark.parametrize("named", [False, True])
def test_validation_labels_are_found_by_name_or_named(tmp_path, three, named):
    np.save(tmp_path / "X_val.npy", VAL)
    np.save(tmp_path / ("other.npy" if named else "Y_val.npy"), VAL_LABELS + 5)
    labels = {"val_labels": str(tmp_path / "other.npy")} if named else {}
    recordings = build(**three | {"val": str(tmp_path / "X_val.npy")}, **labels)
    assert recordings.train.labels[-5:].tolist() == VAL_LABELS.tolist()


def test_keys_that_name_the_validation_part_are_found_in_the_training_file(tmp_path):
    arrays = {"X_train": SIGNALS, "Y_train": LABELS, "X_test": SIGNALS[:3], "Y_test": LABELS[:3]}
    path = save(tmp_path / "all.npz", **arrays, X_val=VAL, Y_val=VAL_LABELS)
    recordings = build(train=path, val=path)
    assert np.array_equal(signals(recordings.train), np.concatenate([SIGNALS, VAL]))
    assert np.array_equal(signals(recordings.test), SIGNALS[:3])


def test_a_validation_file_may_lack_classes(tmp_path, three):
    recordings = build(**three | {"val": save(tmp_path / "one.npz", X=VAL[:2], Y=np.array([6, 6]))})
    assert recordings.train.labels[-2:].tolist() == [1, 1]


def test_validation_signals_of_unknown_classes_are_left_out_on_request(tmp_path, three):
    three["val"] = save(tmp_path / "more.npz", X=VAL, Y=np.array([5, 9, 6, 4, 7]))
    with pytest.raises(
        InputError, match=r"more.npz: the validation part has signals of classes that training lacks: 4, 9"
    ):
        build(**three)
    recordings = build(**three, drop_unknown=True)
    assert recordings.num_validation == 3
    assert np.array_equal(signals(recordings.train)[-3:], VAL[[0, 2, 4]])
    assert recordings.notes["dropped_signals"] == [0, 0, 2]


def test_invalid_validation_signals_are_left_out_on_request(tmp_path, three):
    three["val"] = save(
        tmp_path / "bad.npz", X=np.where(np.arange(5)[:, None, None] == 1, np.nan, VAL), Y=VAL_LABELS + 5
    )
    with pytest.raises(InputError, match=r"bad.npz: 1 of 5 signals hold NaN"):
        build(**three)
    assert build(**three, drop_invalid=True).num_validation == 4


@pytest.mark.parametrize(
    ("changes", "clause"),
    [
        ({"val": None, "val_labels": "Y.npy"}, "val_labels is set, but not the file val"),
        ({"val": "train"}, "training and validation signals are the same array; set split.validation"),
        ({"val": "test"}, "test and validation signals are the same array"),
    ],
)
def test_a_validation_file_must_differ_from_the_others(three, changes, clause):
    with pytest.raises(InputError, match=clause):
        build(**three | {key: three.get(value, value) for key, value in changes.items()})


@pytest.mark.parametrize("part", ["test", "val"])
def test_parts_of_another_length_are_left_to_the_length_of_the_data_set(tmp_path, three, part):
    three[part] = save(tmp_path / "short.npz", X=VAL[:, 1:], Y=VAL_LABELS + 5)
    recordings = build(**three)
    assert {*recordings.train.lengths, *recordings.test.lengths} == {L, L - 1}
    with pytest.raises(InputError, match="must have one length, got 39 and 40 samples: set `length`"):
        one_length(recordings, None)
    fitted = one_length(recordings, 30)
    assert signals(fitted.train).shape == (N + 5, 30, 2)
    assert np.array_equal(signals(fitted.train)[:N], SIGNALS[:, :30])
    assert signals(fitted.test).shape[1:] == (30, 2)


def test_a_validation_file_becomes_the_validation_part_of_every_split(tmp_path, three):
    names = {"train": "train.npy", "labels_train": "labels_train.npy", "meta": "meta.json"}
    names |= {"test": "test.npy", "labels_test": "labels_test.npy"}
    paths = {key: tmp_path / "store" / name for key, name in names.items()}
    write_store(build(**three), **paths, groups_train=tmp_path / "groups.npy", fingerprints={})
    store = open_store(**{name: path for name, path in paths.items() if name != "labels_test"})
    options = {"n_max": None, "class_order": "index", "shortage": "error", "fingerprints": {}}
    options |= {"validation": {"given": True}, "num_validation": store.meta.num_validation}
    for ratio, seed in ((1.0, 0), (2.0, 1), ("natural", 2)):
        split = make_split(store.train_labels, 3, imbalance_ratio=ratio, seed=seed, **options)
        assert np.array_equal(store.train_signals[split.val], VAL)
        assert split.train.max() < N


def test_everything_wrong_with_the_files_is_said_at_once(tmp_path):
    train = save(tmp_path / "train.npz", X=SIGNALS, Y=LABELS[1:])
    test = save(tmp_path / "test.npz", X=SIGNALS, Y=LABELS + 0.5)
    with pytest.raises(InputError) as error:
        build(train=train, test=test, val=str(tmp_path / "absent.npz"))
    lines = str(error.value).splitlines()
    assert [re.search(r"(\w+\.npz): ", line)[1] for line in lines] == ["train.npz", "test.npz", "absent.npz"]


@pytest.mark.parametrize("value", [0.0, 0.25])
@pytest.mark.parametrize("kind", [np.float32, np.int16])
def test_constant_signals_are_an_error_and_left_out_on_request(tmp_path, value, kind):
    stored = (100 * SIGNALS).astype(kind)
    stored[[3, 8]] = value
    path = save(tmp_path / "a.npz", X=stored, Y=LABELS)
    with pytest.raises(
        InputError, match=r"2 of 12 signals are constant: .* the first is signal 3 .counted.*drop_invalid"
    ):
        build(train=path, holdout=0.3)
    recordings = build(train=path, holdout=0.3, drop_invalid=True)
    assert recordings.notes["invalid_signals"] == [2]
    assert len(recordings.train.labels) + len(recordings.test.labels) == N - 2


def test_a_signal_with_one_constant_channel_is_used(tmp_path):
    stored = SIGNALS.copy()
    stored[..., 1] = 0
    assert len(both_parts(build(train=save(tmp_path / "a.npz", X=stored, Y=LABELS), holdout=0.3))[1]) == N


@pytest.mark.parametrize("by_file", [False, True])
def test_the_groups_of_the_training_signals_are_those_of_the_key(tmp_path, by_file):
    groups = np.array(["b", "a", "c"] * 4)
    np.save(tmp_path / "groups.npy", groups)
    train = save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS, record=groups)
    test = save(tmp_path / "b.npz", X=SIGNALS + 1, Y=LABELS)
    key = str(tmp_path / "groups.npy") if by_file else "record"
    assert build(train=train, test=test, group_key=key).groups.tolist() == [1, 0, 2] * 4
    held_out = build(train=train, holdout=0.3, group_key=key)
    assert len(held_out.groups) == len(held_out.train.labels)
    assert len(np.unique(held_out.groups)) == held_out.notes["groups"]["number"] == 2


def test_groups_in_training_and_test_are_noted(tmp_path):
    train = save(tmp_path / "a.npz", X=SIGNALS, Y=LABELS, record=np.arange(N) // 2)
    test = save(tmp_path / "b.npz", X=SIGNALS + 1, Y=LABELS, record=np.arange(N) // 2 + 4)
    assert build(train=train, test=test, group_key="record").notes["groups"] == {
        **{"key": "record", "number": 6},
        "also_in_test": [4, 5],
    }


def test_validation_signals_follow_the_groups_of_the_training_file(three, tmp_path):
    three["train"] = save(tmp_path / "grouped.npz", X=SIGNALS, Y=LABELS + 5, record=np.arange(N) // 2)
    assert build(**three, group_key="record").groups.tolist() == [*(np.arange(N) // 2), *[6] * 5]


@pytest.mark.parametrize("setting", ["group_key", "order_key"])
def test_the_pair_of_npy_files_takes_a_file_of_groups_or_times(tmp_path, setting):
    train = save(tmp_path / "X.npy", X=SIGNALS, Y=LABELS)
    with pytest.raises(InputError, match=f"{setting}: got 'record', but a .npy file has no keys; .*groups.npy"):
        build(train=train, holdout=0.3, **{setting: "record"})
    np.save(tmp_path / "values.npy", np.arange(N)[::-1] // (3 if setting == "group_key" else 1))
    recordings = build(train=train, holdout=0.3, **{setting: str(tmp_path / "values.npy")})
    assert list(recordings.files)[-1] == str(tmp_path / "values.npy")
    assert len(recordings.test.labels) > 0
    np.save(tmp_path / "values.npy", np.arange(N - 1))
    with pytest.raises(InputError, match=rf"values.npy: {setting}: .* needs one value for each of 12 signals"):
        build(train=train, holdout=0.3, **{setting: str(tmp_path / "values.npy")})


def by_class(folder, suffix):
    """Write one file per class and return class -> path, in an order that is not the alphabet's."""
    folder.mkdir()
    paths = {}
    for name, label in (("delta", 0), ("alpha", 1), ("charlie", 2)):
        stored = SIGNALS[label == LABELS]
        paths[name] = str(folder / f"{name}{suffix}")
        if suffix == ".npy":
            np.save(paths[name], stored)
        else:
            save(folder / f"{name}{suffix}", X=stored, record=np.flatnonzero(label == LABELS) // 3, fs=np.array(1e6))
    return paths


BY_NAME = np.argsort(np.array([2, 0, 1])[LABELS], kind="stable")  # alpha, charlie, delta


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".mat", ".h5"])
@pytest.mark.parametrize("by_pattern", [False, True])
def test_one_file_per_class_is_read(tmp_path, suffix, by_pattern):
    paths = by_class(tmp_path / "all", suffix)
    test = save(tmp_path / "test.npz", X=SIGNALS[:3] + 1, Y=np.array(["delta", "alpha", "charlie"]))
    train = str(tmp_path / "all" / f"*{suffix}") if by_pattern else paths
    recordings = build(train=train, test=test)
    assert recordings.class_names == ("alpha", "charlie", "delta")
    assert recordings.test.labels.tolist() == [2, 0, 1]
    order = np.argsort(recordings.train.labels, kind="stable")
    assert np.array_equal(signals(recordings.train)[order], SIGNALS[BY_NAME])
    assert sorted(recordings.files) == sorted([*paths.values(), test])


def test_groups_and_rate_of_one_file_per_class_come_from_all_files(tmp_path):
    recordings = build(train=by_class(tmp_path / "all", ".npz"), holdout=0.3, group_key="record")
    assert recordings.sample_rate_hz == 1e6
    assert recordings.notes["groups"]["number"] + len(recordings.notes["holdout"]["test_groups"]) == 4


def test_one_array_per_class_is_read_from_a_file(tmp_path):
    arrays = {name: SIGNALS[label == LABELS] for label, name in enumerate(("x-1", "x-2", "x-3"))}
    path = save(tmp_path / "a.npz", **arrays, fs=np.array(1e6))
    recordings = build(train=path, holdout=0.3, classes_from_keys=True)
    assert recordings.class_names == ("x-1", "x-2", "x-3")
    assert np.bincount(both_parts(recordings)[1]).tolist() == np.bincount(LABELS).tolist()
    assert np.array_equal(both_parts(recordings)[0], SIGNALS[ORDER])
    with pytest.raises(InputError, match="classes_from_keys: expected one array of signals for each of two or more"):
        build(train=save(tmp_path / "one.npz", X=SIGNALS, Y=LABELS), holdout=0.3, classes_from_keys=True)


def test_classes_of_equal_size_need_the_layout(tmp_path):
    path = save(tmp_path / "a.npz", a=SIGNALS[:6], b=SIGNALS[6:])
    with pytest.raises(InputError, match=r"nothing tells which axis counts the signals .*\(6, 40, 2\).*set layout"):
        build(train=path, holdout=0.3, classes_from_keys=True)
    assert np.array_equal(
        both_parts(build(train=path, holdout=0.3, classes_from_keys=True, layout="NLC"))[0], SIGNALS[ORDER]
    )


def test_a_signal_of_a_class_file_that_cannot_be_used_is_named_with_that_file(tmp_path):
    paths = by_class(tmp_path / "all", ".npy")
    stored = SIGNALS[LABELS == 2].copy()
    stored[1, 0] = np.nan
    np.save(paths["charlie"], stored)
    with pytest.raises(InputError, match=r"the first is signal 1 of .*all/charlie\.npy"):
        build(train=paths, holdout=0.3)


@pytest.mark.parametrize(("suffix", "words"), [(".npz", "Python objects"), (".mat", "a MATLAB cell")])
def test_signals_of_different_length_are_told_a_way_out(tmp_path, suffix, words):
    ragged = np.empty(3, object)
    ragged[:] = [SIGNALS[0], SIGNALS[1, :9], SIGNALS[2]]
    path = save(tmp_path / f"a{suffix}", X=ragged, Y=np.arange(3))
    with pytest.raises(InputError, match=f"{words}.*different length must be cut or padded to one length"):
        build(train=path, holdout=0.3)


@pytest.mark.parametrize(
    ("train", "test", "clause"),
    [
        (LABELS, LABELS + 1, r"1\.\.\.3 where training has 0\.\.\.2: they look shifted by one"),
        (LABELS + 5, LABELS, r"0\.\.\.2 where training has 5\.\.\.7: they look shifted by 5"),
        (LABELS.astype(str), LABELS, "one is text, the other numbers, apparently of the same classes"),
        (np.array(["a", "b", "c"])[LABELS], LABELS, "one is text, the other numbers;"),
        (np.array(["ant", "bee", "cat"])[LABELS], np.array(["Ant", "Bee", "Cat"])[LABELS], "upper and lower case"),
        (LABELS, LABELS * 10 + 70, "they have no class in common"),
    ],
)
@pytest.mark.parametrize("drop_unknown", [False, True])
def test_another_numbering_of_the_classes_is_said_instead_of_dropping_them(tmp_path, train, test, clause, drop_unknown):
    first = save(tmp_path / "train.npz", X=SIGNALS, Y=train)
    second = save(tmp_path / "test.npz", X=SIGNALS + 1, Y=test)
    with pytest.raises(InputError, match=f"test.npz: test labels are .*{clause}"):
        build(train=first, test=second, drop_unknown=drop_unknown)


def test_the_survey_is_what_is_built_without_reading_the_signals(tmp_path, three, monkeypatch):
    built = build(**three)
    resolved = registry.resolve("sources", {"name": "files", **three}, where="source")
    del resolved["name"]
    monkeypatch.setattr(signal_file.SignalFile, "_signals_per_block", None)  # any reading fails
    surveyed = files.survey(**resolved)
    assert surveyed.train.labels.tolist() == built.train.labels.tolist()
    assert surveyed.test.labels.tolist() == built.test.labels.tolist()
    assert (surveyed.class_names, surveyed.num_validation) == (built.class_names, built.num_validation)
