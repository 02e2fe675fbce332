"""Which array of a file is taken for which role where several could be."""

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from ltsei.core.errors import InputError
from ltsei.data.readers.array import Array
from ltsei.data.readers.file_errors import AmbiguityError
from ltsei.data.readers.keys import (
    CLASS_NAMES,
    SAMPLE_RATE,
    has_test_signals,
    label_array,
    may_be_signals,
    optional_array,
    signal_arrays,
)

SIGNALS, VECTOR = (10, 64, 2), (10,)


def arrays(**shapes):
    """Return the arrays of a file, from their keys and shapes."""
    content = {key: np.zeros(shape, dtype=np.float32) for key, shape in shapes.items()}
    return [
        Array(Path("all.npz"), key, value.shape, value.dtype, lambda value=value: nullcontext(value))
        for key, value in content.items()
    ]


def stored(key, shape, dtype="f4"):
    return Array(Path("all.npz"), key, shape, np.dtype(dtype), nullcontext)


def example(search, *listed):
    """Return the setting that the error of `search` among arrays of a file suggests."""
    with pytest.raises(AmbiguityError) as error:
        search(listed)
    return error.value.example


def of_signals(listed):
    return signal_arrays(listed, None, "train")


def of_labels(listed):
    """Search for labels; the first array holds the signals."""
    return label_array(listed, None, "train", listed[:1])


def signals(part="train", key=None, **shapes):
    return [array.key for array in signal_arrays(arrays(**shapes), key, part)]


def labels(part="train", key=None, **shapes):
    listed = arrays(**shapes)
    return label_array(listed, key, part, [array for array in listed if array.shape == SIGNALS]).key


@pytest.mark.parametrize("part", ["train", "val", "test"])
def test_the_signals_of_a_part_come_before_those_without_a_part(part):
    assert signals(part, X=SIGNALS, **{f"X_{part}": SIGNALS}) == [f"X_{part}"]
    assert signals(part, X=SIGNALS, other=SIGNALS) == ["X"]
    assert signals(part, other=SIGNALS) == ["other"]


@pytest.mark.parametrize("part", ["train", "val", "test"])
def test_the_labels_of_a_part_come_before_those_without_a_part(part):
    assert labels(part, X=SIGNALS, y=VECTOR, **{f"{part}_labels": VECTOR}) == f"{part}_labels"


def test_labels_with_a_usual_name_come_before_other_vectors():
    assert labels(X=SIGNALS, order=VECTOR, y=VECTOR) == "y"
    assert labels(X=SIGNALS, order=VECTOR, target=VECTOR, snr=VECTOR) == "target"
    assert labels(X=SIGNALS, emitter=VECTOR, mean=(3,)) == "emitter"


def test_labels_with_a_usual_name_may_have_another_length():
    """Their length is checked later, with a message that says so."""
    assert labels(X=SIGNALS, y=(7,), order=VECTOR) == "y"


def test_a_setting_comes_before_every_usual_name():
    assert signals(key="other", X=SIGNALS, X_train=SIGNALS, other=SIGNALS) == ["other"]
    assert labels(key="order", X=SIGNALS, y=VECTOR, order=VECTOR) == "order"
    (rate,) = (optional_array(arrays(fs=(), rate=()), "rate", ("fs",), "sample_rate_key"),)
    assert rate.key == "rate"


def test_i_and_q_are_taken_unless_there_are_signals_with_a_usual_name():
    pair = {"I": (10, 64), "Q": (10, 64)}
    assert signals(**pair) == ["I", "Q"]
    assert signals(**pair, X=SIGNALS) == ["X"]
    assert signals("test", **pair, I_test=(10, 64), Q_test=(10, 64)) == ["I_test", "Q_test"]


def test_several_arrays_of_equal_rank_are_ambiguous():
    with pytest.raises(AmbiguityError, match="several arrays may be the signals"):
        signals(X=SIGNALS, data=SIGNALS)
    with pytest.raises(AmbiguityError, match="several arrays may be the labels"):
        labels(X=SIGNALS, first=VECTOR, second=VECTOR)


@pytest.mark.parametrize("name", ["x", "X", "data", "signal", "signals", "iq", "run/X", "train_iq", "run/X_train"])
def test_usual_names_of_signals(name):
    assert signals(**{name: SIGNALS, "other": SIGNALS}) == [name]


@pytest.mark.parametrize("name", ["y", "Y", "label", "labels", "target", "targets", "run/y", "run/train_y", "ytrain"])
def test_usual_names_of_labels(name):
    assert labels(**{"X": SIGNALS, name: VECTOR, "other": VECTOR}) == name


@pytest.mark.parametrize("name", ["fs", "FS", "sample_rate", "sample_rate_hz", "sampling_rate"])
def test_usual_names_of_the_sampling_rate(name):
    assert optional_array(arrays(X=SIGNALS, **{name: ()}), None, SAMPLE_RATE, "sample_rate_hz").key == name


def test_an_array_that_cannot_be_read_is_no_class_names():
    broken = Array(Path("x.mat"), "class_names", (3,), np.dtype("O"), nullcontext, problem="a struct")
    assert optional_array([broken], None, CLASS_NAMES, "class_names_key") is None


@pytest.mark.parametrize(
    ("i", "q"), [("i", "q"), ("I", "Q"), ("re", "im"), ("Re", "Im"), ("real", "imag"), ("Real", "Imag")]
)
def test_a_pair_of_arrays_called_by_the_words_for_i_and_q_is_suggested(i, q):
    listed = [stored(f"raw_{i}", (70,)), stored(f"raw_{q}", (70,)), stored("code", (7,), "i4")]
    assert example(of_signals, *listed) == {"i_key": f"raw_{i}", "q_key": f"raw_{q}"}


def test_words_inside_other_words_make_no_pair():
    assert example(of_signals, stored("time", (70,)), stored("tqme", (70,))) == {}


def test_arrays_of_different_shape_make_no_pair():
    assert example(of_signals, stored("I", (70,)), stored("Q", (71,))) == {}


def test_text_called_i_and_q_is_no_pair():
    other = stored("other", SIGNALS)
    assert of_signals([stored("I", (10, 64), "U4"), stored("Q", (10, 64), "U4"), other]) == (other,)


def test_complex_numbers_called_i_and_q_are_no_pair():
    assert example(of_signals, stored("I", (10, 64), "c8"), stored("Q", (10, 64), "c8")) == {"x_key": "I"}


def test_the_largest_of_several_arrays_is_suggested():
    assert example(of_signals, stored("a", (10, 32, 2)), stored("b", SIGNALS), stored("c", (10, 8, 2))) == {
        "x_key": "b"
    }


@pytest.mark.parametrize(
    ("search", "setting"),
    [
        (of_signals, r"set x_key \(or i_key and q_key\)$"),
        (of_labels, r"set y_key \(or train_labels/test_labels/val_labels\)$"),
    ],
)
def test_the_error_names_the_setting(search, setting):
    with pytest.raises(AmbiguityError, match=rf"^all.npz: no array looks like .*{setting}"):
        search([stored("a", (7,)), stored("b", (8, 0))])


def test_numbers_and_vectors_of_one_entry_are_no_labels():
    signal = stored("X", (10, 64, 1))
    listed = [signal, stored("rate", ()), stored("gain", (1,)), stored("emitter", (10, 1))]
    assert of_labels(listed).key == "emitter"


def test_two_signals_have_two_labels():
    assert of_labels([stored("X", (2, 64, 3)), stored("emitter", (2,)), stored("mean", (5,))]).key == "emitter"


@pytest.mark.parametrize(("shape", "dtype"), [((7,), "i8"), ((7,), "u1"), ((2,), "U4"), ((7, 1), "S4")])
def test_whole_numbers_or_text_of_another_length_are_suggested_as_labels(shape, dtype):
    others = [stored("mean", (5,)), stored("number", (), "i4"), stored("one", (1,), "i4")]
    assert example(of_labels, stored("X", (10, 64, 3)), *others, stored("code", shape, dtype)) == {"y_key": "code"}


def test_a_file_without_anything_like_labels_needs_another_one():
    assert example(of_labels, stored("X", SIGNALS), stored("mean", (3,))) == {"train_labels": "FILE"}


def test_a_file_of_one_array_holds_labels_of_any_length():
    labels_alone = stored("", (7,), "i4")
    assert label_array([labels_alone], None, "train", [stored("X", SIGNALS)]) is labels_alone


@pytest.mark.parametrize(("key", "allowed"), [("", r"\(one array without a key\)"), ("data", "data")])
def test_an_unknown_key_is_answered_with_the_keys_of_the_file(key, allowed):
    with pytest.raises(InputError, match=rf"^all.npz: x_key: unknown key 'other', allowed: {allowed}$"):
        signal_arrays([stored(key, SIGNALS)], "other", "train")
    with pytest.raises(InputError, match="y_key: unknown key 'other'"):
        label_array([stored(key, SIGNALS)], "other", "train", [])


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([stored("X_test", SIGNALS)], True),
        ([stored("X_train", SIGNALS)], False),
        ([stored("I_test", VECTOR), stored("Q_test", VECTOR)], True),
        ([stored("re_test", VECTOR), stored("im_test", VECTOR)], False),
        ([stored("I_test", VECTOR)], False),
        ([stored("I_test", VECTOR), stored("Q_test", (9,))], False),
    ],
)
def test_signals_of_the_test_part_are_told_by_the_keys(listed, expected):
    assert has_test_signals([stored("X", SIGNALS), *listed]) == expected


@pytest.mark.parametrize(
    ("shape", "dtype", "expected"),
    [
        ((10, 64), "f4", True),
        ((10, 2), "i2", True),
        ((10, 1), "f4", False),
        ((10, 64), "U4", False),
        ((10,), "c8", True),
        ((1, 10), "c8", True),
        ((1, 1), "c8", False),
        ((10, 64, 2), "c8", True),
        ((), "c8", False),
    ],
)
def test_signals_have_two_axes_or_one_of_complex_numbers(shape, dtype, expected):
    assert may_be_signals(stored("x", shape, dtype)) == expected


@pytest.mark.parametrize(
    "listed",
    [
        [stored("y", (10,))],
        [stored("order", (10,), "i4")],
        [stored("order", (1, 10), "i4"), stored("y", (10, 1)), stored("fs", ())],
        [stored("y", (10,)), stored("class_names", (3,), "U4")],
        [stored("flag", (2,), "?")],
        [stored("name", (3,), "S4")],
    ],
)
def test_vectors_with_the_name_or_the_type_of_labels_look_like_labels(listed):
    with pytest.raises(InputError, match=r"^all.npz: this looks like labels \(.*\); name the file of the signals$"):
        of_signals(listed)


@pytest.mark.parametrize(
    "listed",
    [
        [stored("mean", (10,))],
        [stored("y", (10,)), stored("order", (9,), "i4")],
        [stored("y", ()), stored("z", (1,), "i4")],
    ],
)
def test_other_vectors_do_not_look_like_labels(listed):
    with pytest.raises(AmbiguityError, match="no array looks like the signals"):
        of_signals(listed)


@pytest.mark.parametrize("labels_exist", [True, False])
def test_a_flat_array_beside_its_labels_does_not_look_like_labels(tmp_path, labels_exist):
    if labels_exist:
        (tmp_path / "Y.npy").touch()
    flat = Array(tmp_path / "X.npy", "", (10,), np.dtype("i4"), nullcontext)
    with pytest.raises(InputError, match="no array looks like the signals" if labels_exist else "looks like labels"):
        of_signals([flat])
