"""Which array of a file is taken for which role where several could be."""

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from ltsei.data.readers.array import Array
from ltsei.data.readers.file_errors import AmbiguityError
from ltsei.data.readers.keys import label_array, optional_array, signal_arrays

SIGNALS, VECTOR = (10, 64, 2), (10,)


def arrays(**shapes):
    """Return the arrays of a file, from their keys and shapes."""
    content = {key: np.zeros(shape, dtype=np.float32) for key, shape in shapes.items()}
    return [
        Array(Path("all.npz"), key, value.shape, value.dtype, lambda value=value: nullcontext(value))
        for key, value in content.items()
    ]


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
